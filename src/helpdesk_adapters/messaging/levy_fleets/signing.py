"""Levy Fleets' backend sends a key along; it signs nothing."""

import json
from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from helpdesk_core.signatures import Proven, shared_key
from helpdesk_core.webhooks import Delivery


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that the backend calls, or raises BadSignature."""
    return shared_key.verify(delivery.headers, secrets)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as the backend would send it."""
    headers = {"content-type": "application/json", **delivery.headers}
    return evolve(delivery, headers={**headers, **shared_key.sign(secret)})


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The report of an example in other words, so that it counts as another one."""
    report = json.loads(body)
    return json.dumps({**report, "message": f"{report['message']} ({id})"}).encode()
