"""From what Shopify sends to what it means."""

from collections.abc import Sequence
from datetime import datetime

from helpdesk_adapters.commerce.shopify.envelope import PROVIDER, read
from helpdesk_adapters.commerce.shopify.payloads import Address, Customer, Line, Order, Parcel, Told
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_adapters.web.vendor_values import amount, count, mail_address, moment
from helpdesk_core.commands import Command, EndConnection, TellOrder, TellShopCustomer
from helpdesk_core.orders import (
    PERSONAL,
    Fulfillment,
    FulfillmentStatus,
    LineItem,
    PostalAddress,
    ShopPerson,
    ToldOrder,
)
from helpdesk_core.records import Stamp
from helpdesk_core.webhooks import UnreadableDelivery


def order(raw: bytes) -> Sequence[Command]:
    """An order as it is now: the payload is the state, whatever the topic says of it."""
    told, payload = read(raw)
    order = structured(payload, Order)
    updated_at = moment(order.updated_at) or _unreadable("Order: updated_at is no time.")
    created_at = moment(order.created_at) or updated_at
    triggered_at = moment(told.triggered_at)
    return [
        TellOrder(
            ToldOrder(
                provider=PROVIDER,
                account=told.shop,
                external_id=str(order.id),
                number=order.name or f"#{order.id}",
                created_at=created_at,
                updated_at=updated_at,
                stamp=Stamp(updated_at, 0, _place(triggered_at, told)),
                currency=order.currency,
                total_price=amount(order.total_price),
                financial_status=order.financial_status,
                fulfillment_status=_fulfillment(order.fulfillment_status),
                status="cancelled" if order.cancelled_at else None,
                email=mail_address(order.email),
                line_items=tuple(_line(line) for line in order.line_items),
                fulfillments=tuple(_parcel(parcel) for parcel in order.fulfillments),
                shipping_address=_address(order.shipping_address),
                billing_address=_address(order.billing_address),
                person=_person(order.customer, updated_at) if order.customer else None,
                silent=frozenset(name for name in PERSONAL if name not in payload),
            )
        )
    ]


def customer(raw: bytes) -> Sequence[Command]:
    """A customer as they are now."""
    told, payload = read(raw)
    found = structured(payload, Customer)
    at = moment(found.updated_at) or moment(told.triggered_at) or _unreadable("Customer: no time.")
    return [TellShopCustomer(PROVIDER, told.shop, _person(found, at))]


def app_uninstalled(raw: bytes) -> Sequence[Command]:
    """The shop has thrown the desk out; its token is dead already."""
    told, payload = read(raw)
    at = moment(told.triggered_at) or moment(str(payload.get("updated_at", "")))
    return [EndConnection(PROVIDER, told.shop, at or _unreadable("app/uninstalled: no time."))]


def _place(triggered_at: datetime | None, told: Told) -> str:
    """What puts words of the same second in order: when they were sent, then their ids."""
    return f"{triggered_at.isoformat() if triggered_at else ''} {told.event}"


def _person(found: Customer, at: datetime) -> ShopPerson:
    home = found.default_address or Address()
    names = [name for name in (found.first_name, found.last_name) if name]
    return ShopPerson(
        external_id=str(found.id),
        told_at=moment(found.updated_at) or at,
        name=" ".join(names) or home.name or None,
        email=found.email or None,
        phone=found.phone or home.phone or None,
        company=home.company or None,
        country=_country(home.country_code),
        city=home.city or None,
    )


def _line(line: Line) -> LineItem:
    return LineItem(
        external_id=str(line.id),
        title=line.title,
        quantity=count(line.quantity),
        price=amount(line.price),
        sku=line.sku,
        variant=line.variant_title,
        fulfillment_status=_fulfillment(line.fulfillment_status),
    )


def _parcel(parcel: Parcel) -> Fulfillment:
    return Fulfillment(
        external_id=str(parcel.id),
        status=parcel.status,
        created_at=moment(parcel.created_at),
        tracking_company=parcel.tracking_company,
        tracking_number=parcel.tracking_number,
        tracking_url=parcel.tracking_url,
    )


def _address(address: Address | None) -> PostalAddress | None:
    if address is None:
        return None
    return PostalAddress(
        name=address.name or f"{address.first_name} {address.last_name}".strip(),
        company=address.company,
        line1=address.address1,
        line2=address.address2,
        city=address.city,
        region=address.province,
        postal_code=address.zip,
        country=_country(address.country_code) or address.country,
        phone=address.phone,
    )


def _fulfillment(status: str | None) -> FulfillmentStatus:
    """`null` is nothing sent, and so is what was put back on the shelf."""
    return {"partial": FulfillmentStatus.PARTIAL, "fulfilled": FulfillmentStatus.FULFILLED}.get(
        status or "", FulfillmentStatus.UNFULFILLED
    )


def _country(code: str) -> str | None:
    return code.upper() if len(code) == 2 and code.isascii() and code.isalpha() else None


def _unreadable(told: str) -> datetime:
    raise UnreadableDelivery(told)
