"""A key that both sides know, sent along as it is: `X-Api-Key: <key>`.

It proves who calls, and nothing about the body: it is worth what the connection is worth that it is sent over.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256

from helpdesk_core.signatures import Headers, Proven, header, keys, mismatch, text_key

HEADER = "x-api-key"


def verify(headers: Headers, secrets: Sequence[str]) -> Proven:
    """Proves the caller. Raises `BadSignature` only.

    Digests are compared, so that neither the content nor the length of a key shows in the time it takes.
    """
    usable = keys(secrets, text_key)
    given = sha256(header(headers, HEADER).encode("utf-8", "surrogatepass")).digest()
    matches = [hmac.compare_digest(sha256(key).digest(), given) for key in usable]
    if not any(matches):
        raise mismatch()
    return Proven(at=None, id=None)


def sign(secret: str) -> dict[str, str]:
    """The header that a caller adds. Raises `BadSignature` for a blank secret."""
    keys([secret], text_key)
    return {HEADER: secret}
