"""Meta signs the body alone (developers.facebook.com/docs/graph-api/webhooks/getting-started)."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from helpdesk_core.signatures import Proven, hub_hmac
from helpdesk_core.webhooks import Delivery

HEADER = hub_hmac.HEADER


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that Meta wrote the body, or raises BadSignature."""
    return hub_hmac.verify(delivery.headers, delivery.body, secrets)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Meta would send it."""
    headers = {"content-type": "application/json", **delivery.headers}
    return evolve(delivery, headers={**headers, **hub_hmac.sign(delivery.body, secret)})
