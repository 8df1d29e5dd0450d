"""A header with the Ed25519 signature (RFC 8032) of the time and the body, as Telnyx signs.

    telnyx-timestamp: <Unix seconds>
    telnyx-signature-ed25519: <base64 of the signature of timestamp + "|" + body>

What proves is a public key in base64, which anybody may know. Nobody but its owner can sign for it, so for trials there
are keys of one's own: `trial:` and any text that nobody else knows make a pair, and the same words prove and sign.
Source: developers.telnyx.com/docs/messaging/messages/receiving-webhooks, "Webhook signing".
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from helpdesk_core.signatures import (
    BadSignature,
    Headers,
    Proven,
    Reason,
    header,
    keys,
    mismatch,
    require_fresh,
    stamp,
    text_key,
    unix_seconds,
)

SIGNATURE, TIMESTAMP = "telnyx-signature-ed25519", "telnyx-timestamp"
TRIAL = "trial:"


def verify(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves a delivery by any of these public keys. Raises `BadSignature` only."""
    usable = keys(secrets, public_key)
    signature = _decoded(header(headers, SIGNATURE))
    seconds = header(headers, TIMESTAMP)
    at = stamp(seconds)
    if not any(_made(key, signature, _signed(seconds, body)) for key in usable):
        raise mismatch()
    require_fresh(at, now)
    return Proven(at=at, id=None)


def sign(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The headers that the owner of a trial key would send. Raises `BadSignature` for anything that is none."""
    (seed,) = keys([secret], _seed)
    seconds = unix_seconds(now)
    made = Ed25519PrivateKey.from_private_bytes(seed).sign(_signed(seconds, body))
    return {SIGNATURE: b64encode(made).decode(), TIMESTAMP: seconds}


def public_key(secret: str) -> bytes | None:
    """The 32 bytes of the public key that this text is, or of the pair that a trial text makes; None for others."""
    seed = _seed(secret)
    if seed is not None:
        return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    try:
        found = b64decode(secret.strip(), validate=True)
        Ed25519PublicKey.from_public_bytes(found)
    except ValueError:  # no base64, or not 32 bytes
        return None
    return found


def _seed(secret: str) -> bytes | None:
    text = secret.strip().removeprefix(TRIAL) if secret.strip().startswith(TRIAL) else ""
    key = text_key(text)
    return hashlib.sha256(key).digest() if key else None


def _signed(seconds: str, body: bytes) -> bytes:
    return seconds.encode() + b"|" + body


def _made(key: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(text: str) -> bytes:
    try:
        found = b64decode(text, validate=True)
    except ValueError as error:
        raise BadSignature(Reason.MALFORMED, f"The header {SIGNATURE} is not base64.") from error
    if b64encode(found).decode() != text or len(found) != _LENGTH:
        raise BadSignature(Reason.MALFORMED, f"The header {SIGNATURE} is not base64 of {_LENGTH} bytes.")
    return found


_LENGTH = 64
