"""Compact JSON Web Tokens with an HMAC: `header.claims.signature` (RFC 7515, 7518 §3.2, 7519).

Several providers sign with them: in a header over digests of the body, or with the event itself as the claims. Which
algorithms may be used is ours to say, never the token's: one that names another, `none` among them, is refused before
anything is compared. Of a header nothing but `alg` is heeded; `kid`, `jku` and their like choose no key and are never
followed. `crit` demands what is not understood here, so it refuses (RFC 7515 §4.1.11).
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from helpdesk_core.signatures import BadSignature, Reason, keys, mismatch, text_key

DIGESTS: Final[Mapping[str, str]] = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def claims_of(
    token: bytes,
    secrets: Sequence[str],
    now: datetime,
    *,
    algorithms: Collection[str] = ("HS256",),
    leeway: timedelta = timedelta(0),
) -> Mapping[str, Any]:
    """The claims of a token that one of the secrets has made. Raises `BadSignature` only.

    `exp` and `nbf` count where they are there, give or take `leeway`; neither has to be. There is one writing of a
    token: base64url without padding, space, or bits that mean nothing, and no name twice in a JSON object.
    """
    usable = keys(secrets, text_key)
    parts = token.split(b".")
    if len(parts) != 3:
        raise _malformed("The token has not three parts.")
    header, claims, signature = parts
    digest = _digest(_object(header), algorithms)
    given = _decoded(signature)
    signed = header + b"." + claims
    if not any(hmac.compare_digest(hmac.digest(key, signed, digest), given) for key in usable):
        raise mismatch()
    told = _object(claims)
    _require_time(told, now, leeway)
    return told


def token_of(claims: Mapping[str, Any], secret: str, algorithm: str = "HS256") -> bytes:
    """The token that a sender would make. Raises `BadSignature` for a blank secret."""
    (key,) = keys([secret], text_key)
    header = {"alg": algorithm, "typ": "JWT"}
    signed = b".".join(
        _encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)
    )
    return signed + b"." + _encoded(hmac.digest(key, signed, DIGESTS[algorithm]))


def moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    """The time in a claim (RFC 7519 NumericDate), in UTC; None where there is none. Raises `BadSignature`."""
    told = claims.get(name)
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told < _AFTER_ALL_TIME:
        raise _malformed(f"The claim {name} is no time.")
    return datetime.fromtimestamp(told, UTC)


_AFTER_ALL_TIME = 253_402_300_800  # 10000-01-01T00:00:00Z


def _digest(header: Mapping[str, Any], algorithms: Collection[str]) -> str:
    alg = header.get("alg")
    if not isinstance(alg, str) or alg not in algorithms or alg not in DIGESTS:
        raise _malformed(f"The token is not signed by {' or '.join(algorithms)}.")
    if "crit" in header:
        raise _malformed("The token demands what is not understood here.")
    return DIGESTS[alg]


def _require_time(claims: Mapping[str, Any], now: datetime, leeway: timedelta) -> None:
    until, since = moment(claims, "exp"), moment(claims, "nbf")
    if until is not None and now - leeway >= until:
        raise BadSignature(Reason.TOO_OLD, "The token has expired: compare the clocks.")
    if since is not None and now + leeway < since:
        raise BadSignature(Reason.TOO_NEW, "The token is not valid yet: compare the clocks.")


def _object(part: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(_decoded(part).decode(), object_pairs_hook=_named_once, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise _malformed("A part of the token is not JSON.") from error
    if not isinstance(told, dict):
        raise _malformed("A part of the token is no JSON object.")
    return told


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a name is there twice")
    return told


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _decoded(part: bytes) -> bytes:
    try:
        found = urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except ValueError as error:
        raise _malformed("A part of the token is not base64url.") from error
    if _encoded(found) != part:  # characters that were skipped, padding, or bits left over
        raise _malformed("A part of the token is not written as base64url is.")
    return found


def _encoded(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _malformed(told: str) -> BadSignature:
    return BadSignature(Reason.MALFORMED, told)
