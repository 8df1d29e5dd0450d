"""From what Shopify's compliance topics ask to what it means
(shopify.dev/docs/apps/build/compliance/privacy-law-compliance).
"""

from collections.abc import Sequence

from helpdesk_adapters.commerce.shopify.envelope import PROVIDER, read
from helpdesk_adapters.commerce.shopify.payloads import AskedCustomer, Compliance, Told
from helpdesk_adapters.commerce.shopify.shops import shop_of
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_adapters.web.vendor_values import mail_address
from helpdesk_core.commands import AskForData, Command, RedactPerson, RedactShop
from helpdesk_core.privacy_requests import AskedPerson
from helpdesk_core.webhooks import UnreadableDelivery


def data_request(raw: bytes) -> Sequence[Command]:
    """Somebody who bought wants to see what is kept of them."""
    told, shop, asked = _compliance(raw, has_customer=True)
    number = asked.data_request.id if asked.data_request else None
    orders = _ids(asked.orders_requested)
    return [
        AskForData(PROVIDER, shop, str(number) if number is not None else told.event, _asked(asked), orders)
    ]


def customer_redaction(raw: bytes) -> Sequence[Command]:
    """Somebody who bought wants to be forgotten."""
    _, shop, asked = _compliance(raw, has_customer=True)
    if asked.data_request is not None or asked.orders_requested:
        raise UnreadableDelivery("customers/redact: this is a data request.")
    return [RedactPerson(PROVIDER, shop, _asked(asked), _ids(asked.orders_to_redact))]


def shop_redaction(raw: bytes) -> Sequence[Command]:
    """The shop itself wants to be forgotten."""
    _, shop, _ = _compliance(raw, has_customer=False)
    return [RedactShop(PROVIDER, shop)]


def _compliance(raw: bytes, *, has_customer: bool) -> tuple[Told, str, Compliance]:
    """The request and the shop that it is of.

    Topic and shop stand in headers that are not signed. So a body counts only for the topic that it is made for, and
    the shop that it names before the one that its header names: nobody makes an order into a wish to be forgotten.
    """
    told, payload = read(raw)
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
        email=mail_address(found.email),
        phone=found.phone or None,
    )


def _ids(numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(number) for number in numbers))
