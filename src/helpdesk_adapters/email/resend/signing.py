"""Resend signs as Svix does (docs.svix.com/receiving/verifying-payloads/how-manual)."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from helpdesk_core.signatures import Proven, svix
from helpdesk_core.webhooks import Delivery


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that Resend sent it, or raises BadSignature."""
    return svix.verify(delivery.headers, delivery.body, secrets, now)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Resend would send it."""
    headers = svix.sign(delivery.body, secret, now, delivery_id, "svix")
    return evolve(delivery, headers={**delivery.headers, "content-type": "application/json", **headers})
