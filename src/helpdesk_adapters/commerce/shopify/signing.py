"""Shopify signs the body alone; topic, shop and ids stand in headers that nobody vouches for
(shopify.dev/docs/apps/build/webhooks).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import evolve

from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.signatures import Proven, body_hmac
from helpdesk_core.webhooks import Delivery

EXAMPLE_SHOP = "oak-and-iron.myshopify.com"


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that Shopify wrote the body, or raises BadSignature; older and newer names of the header count."""
    return body_hmac.verify(
        delivery.headers, delivery.body, secrets, "x-shopify-hmac-sha256", "shopify-hmac-sha256"
    )


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Shopify would send it."""
    told = {
        "content-type": "application/json",
        "x-shopify-shop-domain": EXAMPLE_SHOP,
        "x-shopify-api-version": "2026-07",
        "x-shopify-webhook-id": delivery_id,
        "x-shopify-event-id": delivery_id,
        "x-shopify-triggered-at": _triggered_at(delivery.body, now),
        **delivery.headers,
    }
    return evolve(
        delivery, headers={**told, **body_hmac.sign(delivery.body, secret, "x-shopify-hmac-sha256")}
    )


def headers_of(event: str) -> Mapping[str, str]:
    """The header that names the topic."""
    return {"x-shopify-topic": event}


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as if it had changed just now."""
    told = json.loads(body)
    if "updated_at" in told:
        told["updated_at"] = now.isoformat()
    return json.dumps(told).encode()


def _triggered_at(body: bytes, now: datetime) -> str:
    """When it happened, which every retry repeats."""
    return str(object_in(body).get("updated_at", now.isoformat()))
