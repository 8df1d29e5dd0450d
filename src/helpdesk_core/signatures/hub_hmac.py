"""`X-Hub-Signature-256: sha256=<hex>`: HMAC-SHA256 over the body alone, as Meta signs.

The bytes are signed as they come over the wire, where Meta escapes what is not ASCII: a body that was read and written
anew proves nothing. There is no time in it, so only the id of an event keeps a recording from counting twice.
Source: developers.facebook.com/docs/graph-api/webhooks/getting-started, "Validating Payloads".
"""

import hmac
from collections.abc import Sequence

from helpdesk_core.signatures import Headers, Proven, header, hmac_sha256, keys, mismatch, text_key

HEADER = "x-hub-signature-256"


def verify(headers: Headers, body: bytes, secrets: Sequence[str]) -> Proven:
    """Proves the body; the older header with SHA-1 never counts. Raises `BadSignature` only."""
    usable = keys(secrets, text_key)
    given = header(headers, HEADER).encode(errors="replace")
    if not any(hmac.compare_digest(_written(key, body), given) for key in usable):
        raise mismatch()
    return Proven(at=None, id=None)


def sign(body: bytes, secret: str) -> dict[str, str]:
    """The header that Meta would add. Raises `BadSignature` for a blank secret."""
    (key,) = keys([secret], text_key)
    return {HEADER: _written(key, body).decode()}


def _written(key: bytes, body: bytes) -> bytes:
    """The one writing of it: small letters, behind its prefix."""
    return b"sha256=" + hmac_sha256(key, "", body).hex().encode()
