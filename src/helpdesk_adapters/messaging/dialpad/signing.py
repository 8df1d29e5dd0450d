"""Dialpad's body is the signature: a token whose claims are the event (developers.dialpad.com/docs/webhooks).

A webhook that was made without a secret sends plain JSON; that proves nothing and is refused.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.signatures import BadSignature, Proven, Reason, compact_jwt, keys, text_key
from helpdesk_core.webhooks import Delivery

JWT = "application/jwt"


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves that the body was made with the secret, by HS256, or raises BadSignature.

    Nothing in it tells when it was signed: a delivery may be hours late, and the event's own time puts it in order.
    """
    keys(secrets, text_key)
    token = delivery.body.strip()
    if token.startswith(b"{") and token.endswith(b"}"):
        raise BadSignature(
            Reason.UNSIGNED,
            "The body is plain JSON: make the webhook at Dialpad with the secret in DIALPAD_WEBHOOK_SECRET.",
        )
    if not token.rpartition(b".")[2] or token.count(b".") < 2:
        raise BadSignature(Reason.MISSING_HEADER, "The body is no token with a signature.")
    compact_jwt.claims_of(token, secrets, now)
    return Proven(None, None)


def sign(delivery: Delivery, secret: str, now: datetime, delivery_id: str) -> Delivery:
    """The delivery as Dialpad would send it: its body, which is JSON, as a token."""
    token = compact_jwt.token_of(object_in(delivery.body), secret)
    return evolve(delivery, body=token, headers={**delivery.headers, "content-type": JWT})


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as if it had happened now, as another call or message."""
    told = json.loads(body)
    number = int.from_bytes(id.encode()[-6:], "big")
    moved = round(now.timestamp() * 1000) - told["event_timestamp"]
    for name in ("id", "call_id"):
        if isinstance(told.get(name), int):
            told[name] = number
    for name, value in told.items():
        if isinstance(value, int) and (name.startswith("date_") or name in _TIMES):
            told[name] = value + moved
    return json.dumps(told).encode()


_TIMES = ("event_timestamp", "created_date")
