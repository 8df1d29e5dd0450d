"""Orders of connected shops."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import CustomerId, OrderId
from helpdesk_core.orders import FulfillmentStatus, Order, PostalAddress
from helpdesk_core.ports.repositories import OrderFilter
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

Sort = Literal["created_at", "-created_at", "updated_at", "-updated_at"]


@frozen
class LineItemView:
    """One line of an order; `price` is a decimal of the order's currency, for one piece."""

    external_id: str
    title: str
    quantity: int
    price: str | None
    sku: str
    variant: str
    fulfillment_status: FulfillmentStatus


@frozen
class FulfillmentView:
    """A parcel on its way."""

    external_id: str
    status: str
    created_at: datetime | None
    tracking_company: str
    tracking_number: str
    tracking_url: str


@frozen
class AddressView:
    name: str
    company: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str


@frozen
class OrderView:
    """An order as its shop told of it last. Amounts are exact decimals; times are the shop's."""

    id: OrderId
    provider: Annotated[str, About(example="shopify")]
    shop: Annotated[str, About(example="oak-and-iron.myshopify.com")]
    external_id: Annotated[str, About(doc="The shop's id of it.", example="5512004418871")]
    number: Annotated[str, About(doc="As people read it.", example="#2044")]
    customer_id: CustomerId | None
    email: str | None
    currency: Annotated[str | None, About(doc="ISO 4217.", example="SEK")]
    total_price: Annotated[str | None, About(example="1249.50")]
    financial_status: Annotated[str | None, About(doc="In the shop's words.", example="paid")]
    fulfillment_status: FulfillmentStatus
    status: Annotated[str | None, About(doc="In the shop's words.", example="cancelled")]
    line_items: list[LineItemView]
    fulfillments: list[FulfillmentView]
    shipping_address: AddressView | None
    billing_address: AddressView | None
    ticket_id: Annotated[UUID | None, About(doc="The ticket that was opened about it.")]
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class OrderQuery:
    limit: Limit = 25
    sort: Sort = "-created_at"
    cursor: Cursor | None = None
    provider: Annotated[str | None, Text(min=1, max=50, example="shopify")] = None
    customer_id: CustomerId | None = None


@frozen(kw_only=True)
class CustomerOrderQuery:
    limit: Limit = 25
    sort: Sort = "-created_at"
    cursor: Cursor | None = None


async def list_orders(
    desk: Container, who: Caller, request: Request, query: OrderQuery
) -> Reply[Listed[OrderView]]:
    """List orders, the newest first."""
    wanted = OrderFilter(query.customer_id, query.provider)
    page = page_of(desk, "orders", query)
    found = await desk.store().read(lambda view: view.orders.page(who.organization_id, wanted, page))
    return listed(desk, request, "orders", query, [order_view(one) for one in found.items], found.next)


async def list_customer_orders(
    desk: Container, who: Caller, request: Request, customer_id: UUID, query: CustomerOrderQuery
) -> Reply[Listed[OrderView]]:
    """List the orders of a customer, the newest first."""
    page = page_of(desk, "customer-orders", query)
    whose = CustomerId(customer_id)
    wanted = OrderFilter(whose)
    customer = await desk.store().read(lambda view: view.customers.get(who.organization_id, whose))
    existing(customer, "customer", customer_id)
    found = await desk.store().read(lambda view: view.orders.page(who.organization_id, wanted, page))
    views = [order_view(one) for one in found.items]
    return listed(desk, request, "customer-orders", query, views, found.next)


async def read_order(desk: Container, who: Caller, order_id: UUID) -> OrderView:
    """Read an order."""
    found = await desk.store().read(lambda view: view.orders.get(who.organization_id, OrderId(order_id)))
    return order_view(existing(found, "order", order_id))


def order_view(order: Order) -> OrderView:
    """The order as the API shows it."""
    return OrderView(
        id=order.id,
        provider=order.provider,
        shop=order.account,
        external_id=order.external_id,
        number=order.number,
        customer_id=order.customer_id,
        email=order.email,
        currency=order.currency,
        total_price=None if order.total_price is None else str(order.total_price),
        financial_status=order.financial_status,
        fulfillment_status=order.fulfillment_status,
        status=order.status,
        line_items=[
            LineItemView(
                item.external_id,
                item.title,
                item.quantity,
                None if item.price is None else str(item.price),
                item.sku,
                item.variant,
                item.fulfillment_status,
            )
            for item in order.line_items
        ],
        fulfillments=[
            FulfillmentView(
                parcel.external_id,
                parcel.status,
                parcel.created_at,
                parcel.tracking_company,
                parcel.tracking_number,
                parcel.tracking_url,
            )
            for parcel in order.fulfillments
        ],
        shipping_address=_address(order.shipping_address),
        billing_address=_address(order.billing_address),
        ticket_id=order.ticket_id,
        created_at=order.created_at,
        updated_at=order.updated_at,
    )


def _address(address: PostalAddress | None) -> AddressView | None:
    if address is None:
        return None
    return AddressView(
        address.name,
        address.company,
        address.line1,
        address.line2,
        address.city,
        address.region,
        address.postal_code,
        address.country,
        address.phone,
    )


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/orders", list_orders, tag="Orders", auth=key(Scope.READ)),
    operation("GET /api/v1/orders/{order_id}", read_order, tag="Orders", auth=key(Scope.READ), errors=(404,)),
    operation(
        "GET /api/v1/customers/{customer_id}/orders",
        list_customer_orders,
        tag="Orders",
        auth=key(Scope.READ),
        errors=(404,),
    ),
)
