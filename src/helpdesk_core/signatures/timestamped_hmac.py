"""The desk's own scheme, for programs that push mail to it: easy to make with any HMAC in one line.

    x-helpdesk-timestamp: <Unix seconds>
    x-helpdesk-signature: v1=<hex of HMAC-SHA256(secret, timestamp + "." + body)>

The body may be any bytes (a raw mail need not be UTF-8); hex is in lower case.
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


def verify(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves a pushed mail. Raises `BadSignature` only."""
    usable = keys(secrets, text_key)
    seconds = header(headers, "x-helpdesk-timestamp")
    version, _, text = header(headers, "x-helpdesk-signature").partition("=")
    if version != "v1":
        raise BadSignature(Reason.MALFORMED, "The header x-helpdesk-signature is not of the form v1=<hex>.")
    at = stamp(seconds)
    candidate = text.encode(errors="replace")
    if not any(hmac.compare_digest(_hex(key, seconds, body), candidate) for key in usable):
        raise mismatch()
    require_fresh(at, now)
    return Proven(at=at, id=None)


def sign(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The two headers to send with `body`. Raises `BadSignature` for a blank secret."""
    (key,) = keys([secret], text_key)
    seconds = unix_seconds(now)
    return {
        "x-helpdesk-timestamp": seconds,
        "x-helpdesk-signature": f"v1={_hex(key, seconds, body).decode()}",
    }


def _hex(key: bytes, seconds: str, body: bytes) -> bytes:
    return hmac_sha256(key, f"{seconds}.", body).hex().encode()
