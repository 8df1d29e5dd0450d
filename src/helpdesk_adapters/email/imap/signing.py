"""Whoever pushes mail signs it in the desk's own scheme."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from helpdesk_core.signatures import Proven, timestamped_hmac
from helpdesk_core.webhooks import Delivery


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that it comes from somebody who knows a secret, or raises BadSignature."""
    return timestamped_hmac.verify(delivery.headers, delivery.body, secrets, now)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as it would be pushed: JSON, unless its headers say otherwise. The scheme knows no delivery id."""
    headers = {"content-type": "application/json", **delivery.headers}
    return evolve(delivery, headers={**headers, **timestamped_hmac.sign(delivery.body, secret, now)})
