"""Whoever pushes mail signs it in the desk's own scheme."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

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


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The mail of an example as if it had just been written."""
    pushed = json.loads(body)
    mail = b64decode(pushed["raw"])
    mail = re.sub(rb"(?im)^Message-ID:.*$", f"Message-ID: <{id}@simulated.example>".encode(), mail, count=1)
    mail = re.sub(rb"(?im)^Date:.*$", f"Date: {format_datetime(now)}".encode(), mail, count=1)
    return json.dumps({**pushed, "raw": b64encode(mail).decode()}).encode()
