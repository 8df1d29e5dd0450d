"""Stripe's `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>…]`, of platform and Connect endpoints alike.

Signed is `t.body`; the key is the secret's text as it stands: `whsec_` belongs to it and nothing is decoded.
Source: docs.stripe.com/webhooks, "Verify webhook signatures manually". Stricter than Stripe's library: a time
in the future is bounded too, and `t` has one writing.
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
    require_utf8,
    stamp,
    text_key,
    unix_seconds,
)


def verify(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves a delivery; while a secret is rolled Stripe sends several `v1`, of which any may match.

    `v0` is a test scheme and never counts; unknown entries are skipped. Raises `BadSignature` only.
    """
    usable = keys(secrets, text_key)
    seconds, candidates = _entries(header(headers, "stripe-signature"))
    at = stamp(seconds)
    if not any(_made(key, f"{seconds}.", body, candidates) for key in usable):
        raise mismatch()
    require_fresh(at, now)
    require_utf8(body)
    return Proven(at=at, id=None)


def sign(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The header Stripe would send. Raises `BadSignature` for a blank secret.

    Receivers refuse a body that is not UTF-8.
    """
    (key,) = keys([secret], text_key)
    seconds = unix_seconds(now)
    return {"stripe-signature": f"t={seconds},v1={hmac_sha256(key, f'{seconds}.', body).hex()}"}


def _made(key: bytes, prefix: str, body: bytes, candidates: list[bytes]) -> bool:
    expected = hmac_sha256(key, prefix, body).hex().encode()
    return any(hmac.compare_digest(expected, candidate) for candidate in candidates)


def _entries(signature: str) -> tuple[str, list[bytes]]:
    """The first `t` and every `v1`, neither trimmed nor put into lower case."""
    moments: list[str] = []
    candidates: list[bytes] = []
    for entry in signature.split(","):
        name, _, value = entry.partition("=")
        if name == "t":
            moments.append(value)
        elif name == "v1":
            candidates.append(value.encode(errors="replace"))
    if not (moments and all(moments) and candidates and all(candidates)):
        raise BadSignature(Reason.MALFORMED, "Stripe-Signature is not of the form t=<seconds>,v1=<hex>.")
    return moments[0], candidates
