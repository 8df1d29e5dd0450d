"""Standard Webhooks, as Svix and Resend send it and as our own outgoing webhooks are signed.

Signed is `id.timestamp.body`; the key is the base64 after `whsec_`; the header lists `v1,<base64>` separated
by spaces, one for every active secret. Sources: the Standard Webhooks specification
(github.com/standard-webhooks/standard-webhooks), docs.svix.com/receiving/verifying-payloads/how-manual.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

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
    unix_seconds,
)


def verify(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves a delivery under `svix-*` or, where one is absent, the unbranded `webhook-*` headers.

    A secret may lack its prefix or its base64 padding. Versions other than `v1` are skipped, and so is an
    entry that cannot be read: a neighbour's valid signature counts. Raises `BadSignature` only.
    """
    usable = keys(secrets, _key)
    delivery_id = _printable(header(headers, "svix-id", "webhook-id"))
    seconds = header(headers, "svix-timestamp", "webhook-timestamp")
    candidates = _candidates(header(headers, "svix-signature", "webhook-signature"))
    at = stamp(seconds)
    prefix = f"{delivery_id}.{seconds}."
    if not any(_made(key, prefix, body, candidates) for key in usable):
        raise mismatch()
    require_fresh(at, now)
    require_utf8(body)
    return Proven(at=at, id=delivery_id)


def sign(
    body: bytes, secret: str, now: datetime, delivery_id: str, brand: Literal["webhook", "svix"] = "webhook"
) -> dict[str, str]:
    """The three headers of one attempt; retries keep `delivery_id` and sign anew.

    Raises `BadSignature` for a secret that is blank or not base64 and for an id that is not printable ASCII.
    Receivers refuse a body that is not UTF-8.
    """
    return sign_with_all(body, [secret], now, delivery_id, brand)


def sign_with_all(
    body: bytes,
    secrets: Sequence[str],
    now: datetime,
    delivery_id: str,
    brand: Literal["webhook", "svix"] = "webhook",
) -> dict[str, str]:
    """As `sign`, with one signature for every secret, in their order: while one is being replaced both are good.

    Raises `BadSignature` where any of them is unusable, or there is none.
    """
    usable = [key for secret in secrets or [""] for key in keys([secret], _key)]
    seconds = unix_seconds(now)
    prefix = f"{_printable(delivery_id)}.{seconds}."
    digests = (hmac_sha256(key, prefix, body) for key in usable)
    return {
        f"{brand}-id": delivery_id,
        f"{brand}-timestamp": seconds,
        f"{brand}-signature": " ".join(f"v1,{b64encode(digest).decode()}" for digest in digests),
    }


def _made(key: bytes, prefix: str, body: bytes, candidates: list[bytes]) -> bool:
    expected = hmac_sha256(key, prefix, body)
    return any(hmac.compare_digest(expected, candidate) for candidate in candidates)


def _candidates(signatures: str) -> list[bytes]:
    found = [
        digest
        for version, _, text in (entry.partition(",") for entry in signatures.split(" "))
        # Only the writing that a sender makes: the last letter of another may hold bits that count for nothing.
        if version == "v1" and (digest := _decoded(text)) and b64encode(digest).decode() == text
    ]
    if not found:
        raise BadSignature(Reason.MALFORMED, "The signature header holds no readable v1 signature.")
    return found


def _key(secret: str) -> bytes | None:
    text = secret.strip().removeprefix("whsec_").rstrip("=")
    return _decoded(text + "=" * (-len(text) % 4))


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except ValueError:  # also what non-ASCII text raises
        return None


def _printable(delivery_id: str) -> str:
    # The id becomes a key in a database and a field in a log: no control characters, nothing with two
    # encodings. A dot is allowed: it passes for the separator only before a body that begins `<seconds>.`.
    if not (delivery_id.isascii() and delivery_id.isprintable()):
        raise BadSignature(Reason.MALFORMED, "The id of the delivery is not printable ASCII.")
    return delivery_id
