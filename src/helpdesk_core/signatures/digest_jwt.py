"""A token in a header that vouches for the request by digests: of its body, and with some of its URL, too.

Vonage's Messages API: `Authorization: Bearer <token>`, HS256, `iat` and `payload_hash`
(developer.vonage.com/en/getting-started/concepts/webhooks, "Validating signed webhooks").
MessageBird: `MessageBird-Signature-JWT: <token>`, HS256, HS384 or HS512, `nbf`, `exp`, `url_hash`, and `payload_hash`
where there is a body (developers.messagebird.com/api/, "Verifying HTTP requests").

Both digests are the hex of SHA-256. Libraries that prove the token alone leave the body to whoever has seen one token:
here a token without the digest proves nothing. MessageBird's allow its clock one second; here all clocks have as long.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from helpdesk_core.signatures import (
    TOLERANCE,
    BadSignature,
    Headers,
    Proven,
    Reason,
    compact_jwt,
    header,
    keys,
    require_fresh,
    text_key,
)

AUTHORIZATION, MESSAGEBIRD = "authorization", "messagebird-signature-jwt"
BEARER = "Bearer "


def verify_bearer(headers: Headers, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves a delivery of Vonage's Messages API. Raises `BadSignature` only."""
    keys(secrets, text_key)
    scheme, token = _split(header(headers, AUTHORIZATION))
    if scheme.lower() != BEARER.strip().lower():
        raise BadSignature(Reason.MISSING_HEADER, "The header authorization bears no token.")
    claims = compact_jwt.claims_of(token.encode(errors="replace"), secrets, now)
    _require_issuer(claims, "Vonage")
    _require_digest(claims, "payload_hash", body)
    at = _required_moment(claims, "iat")
    require_fresh(at, now)
    return Proven(at=at, id=None)


def sign_bearer(body: bytes, secret: str, now: datetime, id: str) -> dict[str, str]:
    """The header that Vonage would add."""
    claims = {"iat": int(now.timestamp()), "jti": id, "iss": "Vonage", "payload_hash": _hex(body)}
    return {AUTHORIZATION: BEARER + compact_jwt.token_of(claims, secret).decode()}


def verify_request(headers: Headers, url: str, body: bytes, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves a delivery of MessageBird to this URL. Raises `BadSignature` only."""
    keys(secrets, text_key)
    token = header(headers, MESSAGEBIRD).encode(errors="replace")
    claims = compact_jwt.claims_of(
        token, secrets, now, algorithms=tuple(compact_jwt.DIGESTS), leeway=TOLERANCE
    )
    _require_issuer(claims, "MessageBird")
    at = _required_moment(claims, "nbf")
    _required_moment(claims, "exp")
    _require_digest(claims, "url_hash", url.encode(errors="replace"))
    if body:
        _require_digest(claims, "payload_hash", body)
    elif claims.get("payload_hash"):
        raise BadSignature(Reason.MISMATCH, "The body that was signed is missing.")
    require_fresh(at, now)
    return Proven(at=at, id=None)


def sign_request(url: str, body: bytes, secret: str, now: datetime, id: str) -> dict[str, str]:
    """The header that MessageBird would add."""
    since = int(now.timestamp())
    claims = {
        "iss": "MessageBird",
        "nbf": since,
        "exp": since + 60,
        "jti": id,
        "url_hash": _hex(url.encode()),
    }
    if body:
        claims["payload_hash"] = _hex(body)
    return {MESSAGEBIRD: compact_jwt.token_of(claims, secret).decode()}


def _split(text: str) -> tuple[str, str]:
    scheme, _, token = text.partition(" ")
    return scheme, token


def _require_issuer(claims: Mapping[str, Any], name: str) -> None:
    if claims.get("iss") != name:
        raise BadSignature(Reason.MALFORMED, f"The token is not issued by {name}.")


def _required_moment(claims: Mapping[str, Any], name: str) -> datetime:
    found = compact_jwt.moment(claims, name)
    if found is None:
        raise BadSignature(Reason.MALFORMED, f"The token has no {name}, so its age is unknown.")
    return found


def _require_digest(claims: Mapping[str, Any], name: str, signed: bytes) -> None:
    told = claims.get(name)
    given = told.encode(errors="replace") if isinstance(told, str) else b""
    if not hmac.compare_digest(given, _hex(signed).encode()):
        raise BadSignature(Reason.MISMATCH, f"The request is not the one that was signed ({name}).")


def _hex(signed: bytes) -> str:
    return hashlib.sha256(signed).hexdigest()
