"""A header with the hex of HMAC-SHA256 over the time and the body, and another with the time, in Unix seconds.

The desk's own scheme, for programs that push mail to it, is one of these, easy to make with any HMAC in one line:

    x-helpdesk-timestamp: <Unix seconds>
    x-helpdesk-signature: v1=<hex of HMAC-SHA256(secret, timestamp + "." + body)>

The body may be any bytes (a raw mail need not be UTF-8); hex is in lower case.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

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


@frozen
class Scheme:
    """The names of the two headers, the version that stands before the hex, and what is signed before the body, with
    `{}` for the time as it is written.
    """

    timestamp: str
    signature: str
    version: str
    before: str


OWN: Final = Scheme("x-helpdesk-timestamp", "x-helpdesk-signature", "v1", "{}.")


def verify(
    headers: Headers, body: bytes, secrets: Sequence[str], now: datetime, scheme: Scheme = OWN
) -> Proven:
    """Proves the body, and that it was signed just now. Raises `BadSignature` only."""
    usable = keys(secrets, text_key)
    seconds = header(headers, scheme.timestamp)
    version, _, text = header(headers, scheme.signature).partition("=")
    if version != scheme.version:
        told = f"The header {scheme.signature} is not of the form {scheme.version}=<hex>."
        raise BadSignature(Reason.MALFORMED, told)
    at = stamp(seconds)
    candidate = text.encode(errors="replace")
    if not any(hmac.compare_digest(_hex(scheme, key, seconds, body), candidate) for key in usable):
        raise mismatch()
    require_fresh(at, now)
    return Proven(at=at, id=None)


def sign(body: bytes, secret: str, now: datetime, scheme: Scheme = OWN) -> dict[str, str]:
    """The two headers to send with `body`. Raises `BadSignature` for a blank secret."""
    (key,) = keys([secret], text_key)
    seconds = unix_seconds(now)
    signature = f"{scheme.version}={_hex(scheme, key, seconds, body).decode()}"
    return {scheme.timestamp: seconds, scheme.signature: signature}


def _hex(scheme: Scheme, key: bytes, seconds: str, body: bytes) -> bytes:
    return hmac_sha256(key, scheme.before.format(seconds), body).hex().encode()
