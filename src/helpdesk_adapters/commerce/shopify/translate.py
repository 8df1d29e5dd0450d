"""From what Shopify sends to what it means."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from helpdesk_adapters.commerce.shopify.payloads import (
    Address,
    AskedCustomer,
    Compliance,
    Customer,
    Line,
    Order,
    Parcel,
    Told,
)
from helpdesk_adapters.commerce.shopify.shops import shop_of
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.commands import (
    AskForData,
    Command,
    EndConnection,
    RedactPerson,
    RedactShop,
    TellOrder,
    TellShopCustomer,
)
from helpdesk_core.orders import (
    PERSONAL,
    Fulfillment,
    FulfillmentStatus,
    LineItem,
    PostalAddress,
    ShopPerson,
    ToldOrder,
)
from helpdesk_core.privacy_requests import AskedPerson
from helpdesk_core.records import Stamp
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

COMPLIANCE_TOPICS = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
"""Set in the app's configuration, never subscribed to."""


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The one event of a delivery, with what its headers say of it, under the id that its retries keep."""
    topic, shop = _header(delivery, "topic"), shop_of(_header(delivery, "shop-domain"))
    webhook_id = _header(delivery, "webhook-id")
    if not topic or not webhook_id:
        raise UnreadableDelivery("The headers x-shopify-topic and x-shopify-webhook-id must be there.")
    if shop is None:
        raise UnreadableDelivery("The header x-shopify-shop-domain names no shop at myshopify.com.")
    read_object(delivery.body)
    told = {"shop": shop, "id": webhook_id}
    if topic not in COMPLIANCE_TOPICS:  # of those the desk's own clock counts, since this is not signed
        told["triggered_at"] = _header(delivery, "triggered-at")
    return (Item(webhook_id, topic, json.dumps(told).encode() + b"\n" + delivery.body),)


def order(raw: bytes) -> Sequence[Command]:
    """An order as it is now: the payload is the state, whatever the topic says of it."""
    told, payload = _read(raw)
    order = structured(payload, Order)
    updated_at = _time(order.updated_at) or _unreadable("Order: updated_at is no time.")
    created_at = _time(order.created_at) or updated_at
    triggered_at = _time(told.triggered_at)
    return [
        TellOrder(
            ToldOrder(
                provider="shopify",
                account=told.shop,
                external_id=str(order.id),
                number=order.name or f"#{order.id}",
                created_at=created_at,
                updated_at=updated_at,
                stamp=Stamp(updated_at, 0, _place(triggered_at, told)),
                currency=order.currency,
                total_price=_amount(order.total_price),
                financial_status=order.financial_status,
                fulfillment_status=_fulfillment(order.fulfillment_status),
                status="cancelled" if order.cancelled_at else None,
                email=_email(order.email),
                line_items=tuple(_line(line) for line in order.line_items),
                fulfillments=tuple(_parcel(parcel) for parcel in order.fulfillments),
                shipping_address=_address(order.shipping_address),
                billing_address=_address(order.billing_address),
                person=_person(order.customer, updated_at),
                silent=frozenset(name for name in PERSONAL if name not in payload),
            )
        )
    ]


def customer(raw: bytes) -> Sequence[Command]:
    """A customer as they are now."""
    told, payload = _read(raw)
    found = structured(payload, Customer)
    at = _time(found.updated_at or "") or _time(told.triggered_at) or _unreadable("Customer: no time.")
    person = _person(found, at)
    assert person is not None
    return [TellShopCustomer("shopify", told.shop, person)]


def app_uninstalled(raw: bytes) -> Sequence[Command]:
    """The shop has thrown the desk out; its token is dead already."""
    told, payload = _read(raw)
    at = _time(told.triggered_at) or _time(str(payload.get("updated_at", "")))
    return [EndConnection("shopify", told.shop, at or _unreadable("app/uninstalled: no time."))]


def data_request(raw: bytes) -> Sequence[Command]:
    """Somebody who bought wants to see what is kept of them."""
    told, shop, asked = _compliance(raw, has_customer=True)
    number = asked.data_request.id if asked.data_request else None
    orders = _ids(asked.orders_requested)
    return [
        AskForData("shopify", shop, str(number) if number is not None else told.event, _asked(asked), orders)
    ]


def customer_redaction(raw: bytes) -> Sequence[Command]:
    """Somebody who bought wants to be forgotten."""
    _, shop, asked = _compliance(raw, has_customer=True)
    if asked.data_request is not None or asked.orders_requested:
        raise UnreadableDelivery("customers/redact: this is a data request.")
    return [RedactPerson("shopify", shop, _asked(asked), _ids(asked.orders_to_redact))]


def shop_redaction(raw: bytes) -> Sequence[Command]:
    """The shop itself wants to be forgotten."""
    _, shop, _ = _compliance(raw, has_customer=False)
    return [RedactShop("shopify", shop)]


def _compliance(raw: bytes, *, has_customer: bool) -> tuple[Told, str, Compliance]:
    """The request and the shop that it is of.

    Topic and shop stand in headers that are not signed. So a body counts only for the topic that it is made for, and
    the shop that it names before the one that its header names: nobody makes an order into a wish to be forgotten.
    """
    told, payload = _read(raw)
    asked = structured(payload, Compliance)
    if has_customer is not ("customer" in payload):
        raise UnreadableDelivery("A compliance topic names a customer, or it is shop/redact.")
    if has_customer and (asked.customer is None or asked.customer == AskedCustomer()):
        raise UnreadableDelivery("Nobody is named: neither an id nor an address.")
    return told, shop_of(asked.shop_domain) or told.shop, asked


def _asked(asked: Compliance) -> AskedPerson:
    found = asked.customer or AskedCustomer()
    return AskedPerson(
        external_id=None if found.id is None else str(found.id),
        email=_email(found.email),
        phone=found.phone or None,
    )


def _ids(numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(number) for number in numbers))


def _read(raw: bytes) -> tuple[Told, Mapping[str, Any]]:
    head, _, body = raw.partition(b"\n")
    told = structured(read_object(head), Told)
    return told, read_object(body)


def _header(delivery: Delivery, name: str) -> str:
    headers = delivery.headers
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}") or ""


def _place(triggered_at: datetime | None, told: Told) -> str:
    """What puts words of the same second in order: when they were sent, then their ids."""
    return f"{triggered_at.isoformat() if triggered_at else ''} {told.event}"


def _person(found: Customer | None, at: datetime) -> ShopPerson | None:
    if found is None:
        return None
    home = found.default_address or Address()
    names = [name for name in (found.first_name, found.last_name) if name]
    return ShopPerson(
        external_id=str(found.id),
        told_at=_time(found.updated_at or "") or at,
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
        quantity=max(0, min(line.quantity, 2**31 - 1)),
        price=_amount(line.price),
        sku=line.sku,
        variant=line.variant_title,
        fulfillment_status=_fulfillment(line.fulfillment_status),
    )


def _parcel(parcel: Parcel) -> Fulfillment:
    return Fulfillment(
        external_id=str(parcel.id),
        status=parcel.status,
        created_at=_time(parcel.created_at or ""),
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


def _email(text: str | None) -> str | None:
    return text.strip().lower() or None if text else None


def _country(code: str) -> str | None:
    return code.upper() if len(code) == 2 and code.isascii() and code.isalpha() else None


def _amount(text: str | None) -> Decimal | None:
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount) < _TOO_MUCH else None


_TOO_MUCH = Decimal(10) ** 30


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _unreadable(told: str) -> datetime:
    raise UnreadableDelivery(told)
