"""Orders: what customers bought in shops that are connected to the desk."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import Factory, frozen

from helpdesk_core.ids import CustomerId, OrderId, OrganizationId, TicketId
from helpdesk_core.records import Stamp


class FulfillmentStatus(StrEnum):
    """How much of an order has been sent."""

    UNFULFILLED = "unfulfilled"
    PARTIAL = "partial"
    FULFILLED = "fulfilled"


@frozen
class PostalAddress:
    """Where something goes. `country` is ISO 3166 alpha-2 where the shop says so."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""


@frozen
class LineItem:
    """One line of an order. The price is of one piece, in the order's currency."""

    external_id: str
    title: str
    quantity: int
    price: Decimal | None = None
    sku: str = ""
    variant: str = ""
    fulfillment_status: FulfillmentStatus = FulfillmentStatus.UNFULFILLED
    status: str = ""
    """In the shop's own words, where it has more to say."""


@frozen
class Fulfillment:
    """A parcel on its way."""

    external_id: str
    status: str
    created_at: datetime | None = None
    tracking_company: str = ""
    tracking_number: str = ""
    tracking_url: str = ""


@frozen(kw_only=True)
class Order:
    """One order of one shop: `provider`, `account` (the shop) and `external_id` tell it apart.

    Amounts are exact decimals in `currency`, as the shop wrote them. `created_at` and `updated_at` are the shop's;
    `stamp` says how new the word is that the rest was taken from.
    """

    id: OrderId
    organization_id: OrganizationId
    provider: str
    account: str
    external_id: str
    number: str
    created_at: datetime
    updated_at: datetime
    stamp: Stamp
    customer_id: CustomerId | None = None
    currency: str | None = None
    total_price: Decimal | None = None
    financial_status: str | None = None
    fulfillment_status: FulfillmentStatus = FulfillmentStatus.UNFULFILLED
    status: str | None = None
    """In the shop's own words: `Shipped`, `cancelled`."""
    email: str | None = None
    """Of whoever ordered, in the form in which addresses are compared."""
    line_items: tuple[LineItem, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None
    ticket_id: TicketId | None = None
    """The ticket that was opened about it."""
    metadata: Mapping[str, Any] = Factory(dict)
    version: int = 1
