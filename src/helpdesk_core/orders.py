"""Orders: what customers bought in shops that are connected to the desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import Factory, evolve, fields, frozen

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
    told: Stamp | None = None
    """How new the word is that it was taken from, of shops that tell of lines one by one."""


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
class ShopPerson:
    """What a shop tells of one of its customers; None: it says nothing of that."""

    external_id: str
    told_at: datetime
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    country: str | None = None
    city: str | None = None


@frozen
class ShopCustomer:
    """Whom a shop's customer is here, and how new the word is by which they are known.

    Of one who was erased only that is left, so that a late word does not bring them back.
    """

    organization_id: OrganizationId
    provider: str
    account: str
    external_id: str
    customer_id: CustomerId | None
    told_at: datetime
    erased_at: datetime | None = None


@frozen(kw_only=True)
class ToldOrder:
    """What a shop tells of an order, before it is known whose it is. `silent` names what it says nothing of."""

    provider: str
    account: str
    external_id: str
    number: str
    created_at: datetime
    updated_at: datetime
    stamp: Stamp
    currency: str | None = None
    total_price: Decimal | None = None
    financial_status: str | None = None
    fulfillment_status: FulfillmentStatus = FulfillmentStatus.UNFULFILLED
    status: str | None = None
    email: str | None = None
    line_items: tuple[LineItem, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None
    person: ShopPerson | None = None
    silent: frozenset[str] = frozenset()
    partial: bool = False
    """Its lines are not all that there are, but those that the word is about; each bears the age of it."""


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
    spoken: Mapping[str, Stamp] = Factory(dict)
    """By field of PERSONAL, and `customer_id`: how new the word is that it was taken from; some say nothing of it."""
    metadata: Mapping[str, Any] = Factory(dict)
    erased_at: datetime | None = None
    """Since when nothing is learned any more that tells who placed it."""
    version: int = 1


CUSTOMER = "customer_id"
PERSONAL = ("email", "shipping_address", "billing_address")
"""Fields that tell who ordered. A shop leaves them out where its owner lets nobody see them."""


def order_of(told: ToldOrder, id: OrderId, organization_id: OrganizationId) -> Order:
    """The order, as first told."""
    spoken = {name: told.stamp for name in PERSONAL if name not in told.silent}
    return Order(
        id=id,
        organization_id=organization_id,
        spoken=spoken,
        **{name: getattr(told, name) for name in (*_TOLD, *PERSONAL)},
    )


def with_word(known: Order, told: ToldOrder) -> Order:
    """The order after this word, which counts if it is newer; in whatever order words come, the same is left.

    Whatever tells who ordered is taken from the newest word that speaks of it.
    """
    word = order_of(told, known.id, known.organization_id)
    newest = max(known, word, key=lambda order: order.stamp)
    changes = {name: getattr(newest, name) for name in _TOLD}
    if told.partial:
        changes["line_items"] = _newest(known.line_items, told.line_items)
    spoken = dict(known.spoken)
    for name, stamp in word.spoken.items():
        if name not in spoken or stamp > spoken[name]:
            changes[name], spoken[name] = getattr(word, name), stamp
    changes["created_at"] = min(known.created_at, told.created_at)
    joined = evolve(known, spoken=spoken, **changes)
    if known.erased_at is not None:
        joined = _blank(joined, known.erased_at)
    return joined if joined == known else evolve(joined, version=known.version + 1)


def _newest(known: Sequence[LineItem], told: Sequence[LineItem]) -> tuple[LineItem, ...]:
    """All lines that were ever told of, each by the newest word about it."""
    found: dict[str, LineItem] = {}
    for item in (*known, *told):
        other = found.get(item.external_id)
        if other is None or other.told is None or (item.told is not None and item.told > other.told):
            found[item.external_id] = item
    return tuple(found[external_id] for external_id in sorted(found))


def placed_by(order: Order, customer_id: CustomerId, stamp: Stamp) -> Order:
    """The order as placed by this customer, by a word of this age; the newest word that names one counts."""
    if CUSTOMER in order.spoken and order.spoken[CUSTOMER] >= stamp:
        return order
    return evolve(order, customer_id=customer_id, spoken={**order.spoken, CUSTOMER: stamp})


def without_person(order: Order, at: datetime) -> Order:
    """The order without anything that tells who placed it, for good; what is told of it later does not either."""
    blank = _blank(order, order.erased_at or at)
    return order if blank == order else evolve(blank, version=order.version + 1)


def _blank(order: Order, at: datetime) -> Order:
    return evolve(
        order,
        customer_id=None,
        email=None,
        shipping_address=None,
        billing_address=None,
        fulfillments=tuple(
            evolve(parcel, tracking_number="", tracking_url="") for parcel in order.fulfillments
        ),
        metadata={},
        spoken={},
        erased_at=at,
    )


_TOLD = tuple(
    field.name for field in fields(ToldOrder) if field.name not in ("person", "silent", "partial", *PERSONAL)
)
