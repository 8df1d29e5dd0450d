"""Slack's `X-Slack-Signature: v0=<hex>` over `v0:<time>:<body>`, the time being `X-Slack-Request-Timestamp`.

One rule for events in JSON and for forms. The body may be any bytes; hex is in lower case, and the time has one
writing. Source: api.slack.com/authentication/verifying-requests-from-slack.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime

from helpdesk_core.signatures import (
    BadSignature,
    Headers,
    Proven,
    Reason,
    header,
    hmac_sha256,
    keys,
    mismatch,
    require_fresh,
    stamp,
    text_key,
    unix_seconds,
)

SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"


def verify(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves a delivery. Raises `BadSignature` only."""
    usable = keys(secrets, text_key)
    seconds = header(headers, TIMESTAMP)
    version, _, text = header(headers, SIGNATURE).partition("=")
    if version != "v0":
        raise BadSignature(Reason.MALFORMED, "The header x-slack-signature is not of the form v0=<hex>.")
    at = stamp(seconds)
    candidate = text.encode(errors="replace")
    if not any(hmac.compare_digest(_hex(key, seconds, body), candidate) for key in usable):
        raise mismatch()
    require_fresh(at, now)
    return Proven(at=at, id=None)


def sign(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The two headers that Slack would send with `body`. Raises `BadSignature` for a blank secret."""
    (key,) = keys([secret], text_key)
    seconds = unix_seconds(now)
    return {TIMESTAMP: seconds, SIGNATURE: f"v0={_hex(key, seconds, body).decode()}"}


def _hex(key: bytes, seconds: str, body: bytes) -> bytes:
    return hmac_sha256(key, f"v0:{seconds}:", body).hex().encode()
