"""A header with the base64 of HMAC-SHA256 over the body alone, as Shopify signs.

Nothing else is signed: no header, and no time, so that only the id of a delivery keeps a recording from counting
twice. Source: shopify.dev/docs/apps/build/webhooks/subscribe/https, "Verify the webhook".
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence

from helpdesk_core.signatures import Headers, Proven, header, hmac_sha256, keys, mismatch, text_key


def verify(headers: Headers, body: bytes, secrets: Sequence[str], *names: str) -> Proven:
    """Proves the body by the first of these headers that is there. Raises `BadSignature` only."""
    usable = keys(secrets, text_key)
    given = header(headers, *names).encode(errors="replace")
    # Of its writings only the one that a sender makes: what is nearly read would be nearly compared.
    if not any(hmac.compare_digest(b64encode(hmac_sha256(key, "", body)), given) for key in usable):
        raise mismatch()
    return Proven(at=None, id=None)


def sign(body: bytes, secret: str, name: str) -> dict[str, str]:
    """The header that a sender would add. Raises `BadSignature` for a blank secret."""
    (key,) = keys([secret], text_key)
    return {name: b64encode(hmac_sha256(key, "", body)).decode()}
