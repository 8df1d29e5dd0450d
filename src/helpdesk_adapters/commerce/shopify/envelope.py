"""What a delivery's headers say of it beside the body, kept before the body; Shopify signs the body alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpdesk_adapters.commerce.shopify.payloads import Told
from helpdesk_adapters.commerce.shopify.shops import shop_of
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

PROVIDER: Final = "shopify"
ORDINARY, COMPLIANCE = "/api/webhooks/shopify", "/api/webhooks/shopify/gdpr"
"""The paths of what a shop is subscribed to, and of what every app has to take."""
COMPLIANCE_TOPICS = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
"""Set in the app's configuration, never subscribed to."""


def path_of(event: str) -> str | None:
    """The path of its own that an event has."""
    return COMPLIANCE if event in COMPLIANCE_TOPICS else None


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


def read(raw: bytes) -> tuple[Told, Mapping[str, Any]]:
    """What the headers said of an event, and its body."""
    head, _, body = raw.partition(b"\n")
    told = structured(read_object(head), Told)
    return told, read_object(body)


def _header(delivery: Delivery, name: str) -> str:
    headers = delivery.headers
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}") or ""
