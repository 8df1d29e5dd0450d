"""Stripe signs the moment and the body (docs.stripe.com/webhooks)."""

import json
from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from helpdesk_core.signatures import Proven, stripe
from helpdesk_core.webhooks import Delivery


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that Stripe sent it, or raises BadSignature."""
    return stripe.verify(delivery.headers, delivery.body, secrets, now)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Stripe would send it; its id is the event's, in the body."""
    headers = stripe.sign(delivery.body, secret, now)
    return evolve(delivery, headers={**delivery.headers, "content-type": "application/json", **headers})


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as if it had come about just now."""
    told = json.loads(body)
    return json.dumps({**told, "id": f"evt_{id}", "created": int(now.timestamp())}).encode()
