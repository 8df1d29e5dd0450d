"""Orders.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.orders import FulfillmentStatus
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class LineItemView:
    """One line of an order; `price` is a decimal of the order's currency, for one piece."""

    external_id: str
    title: str
    quantity: int
    price: str | None
    sku: str
    variant: str
    fulfillment_status: FulfillmentStatus


@frozen(kw_only=True)
class FulfillmentView:
    """A parcel on its way."""

    external_id: str
    status: str
    created_at: datetime | None
    tracking_company: str
    tracking_number: str
    tracking_url: str


@frozen(kw_only=True)
class AddressView:
    """AddressView."""

    name: str
    company: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str


@frozen(kw_only=True)
class OrderView:
    """An order as its shop told of it last. Amounts are exact decimals; times are the shop's."""

    id: UUID
    provider: str
    shop: str
    external_id: str
    """The shop's id of it."""
    number: str
    """As people read it."""
    customer_id: UUID | None
    email: str | None
    currency: str | None
    """ISO 4217."""
    total_price: str | None
    financial_status: str | None
    """In the shop's words."""
    fulfillment_status: FulfillmentStatus
    status: str | None
    """In the shop's words."""
    line_items: Sequence[LineItemView]
    fulfillments: Sequence[FulfillmentView]
    shipping_address: AddressView | None
    billing_address: AddressView | None
    ticket_id: UUID | None
    """The ticket that was opened about it."""
    created_at: datetime
    updated_at: datetime


@frozen
class Orders:
    """Orders."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["-created_at", "created_at", "-updated_at", "updated_at"] | None = None,
        provider: str | None = None,
        customer_id: UUID | None = None,
    ) -> Pages[OrderView]:
        """List orders, the newest first.

        limit: How many at the most.
        """
        return self._calls.pages(
            OrderView,
            "/api/v1/orders",
            {"limit": limit, "sort": sort, "provider": provider, "customer_id": customer_id},
        )

    async def read(self, order_id: UUID | str) -> OrderView:
        """Read an order."""
        answered: OrderView = await self._calls.answer(
            OrderView, "GET", f"/api/v1/orders/{segment(order_id)}"
        )
        return answered

    def list_customer(
        self,
        customer_id: UUID | str,
        *,
        limit: int | None = None,
        sort: Literal["-created_at", "created_at", "-updated_at", "updated_at"] | None = None,
    ) -> Pages[OrderView]:
        """List the orders of a customer, the newest first.

        limit: How many at the most.
        """
        return self._calls.pages(
            OrderView, f"/api/v1/customers/{segment(customer_id)}/orders", {"limit": limit, "sort": sort}
        )
