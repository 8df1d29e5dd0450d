"""A query that carries `hmac`, the hex of HMAC-SHA256 over its other parameters, as Shopify signs links to an app.

The parameters are sorted by name and joined as they came. Vendors' libraries disagree whether values are signed as they
stand in the URL or decoded (shopify.dev/docs/apps/build/authentication-authorization, "Verify the installation
request"): both count, but decoded ones with their `%`, `&` and `=` escaped, so that no value passes for two.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import unquote_plus

from helpdesk_core.signatures import (
    BadSignature,
    Proven,
    Reason,
    hmac_sha256,
    keys,
    mismatch,
    require_fresh,
    stamp,
    text_key,
)

MOST_PARAMETERS = 50


def verify(query: str, secrets: Sequence[str], now: datetime) -> Proven:
    """Proves the query string as it came, without its `?`, and that it is fresh. Raises `BadSignature` only."""
    told = prove(query, secrets)
    if "timestamp" not in told:
        raise BadSignature(Reason.MALFORMED, "The query has no timestamp.")
    at = stamp(told["timestamp"])
    require_fresh(at, now)
    return Proven(at=at, id=None)


def prove(query: str, secrets: Sequence[str]) -> Mapping[str, str]:
    """The parameters of a query whose signature holds, as they came, whatever its age.

    None may be there twice, but for lists (`ids[]`): two readers must not read two things.
    """
    usable = keys(secrets, text_key)
    pairs = [_pair(text) for text in query.split("&", MOST_PARAMETERS) if text]
    names = [unquote_plus(name) for name, _ in pairs]
    single = [name for name in names if not name.endswith("[]")]
    if len(pairs) > MOST_PARAMETERS or len(set(single)) < len(single):
        raise BadSignature(Reason.MALFORMED, "The query has a parameter twice, or too many.")
    told = dict(zip(names, (value for _, value in pairs), strict=True))
    given = told.get("hmac", "").encode(errors="replace")
    if not given:
        raise BadSignature(Reason.MISSING_HEADER, "The query has no hmac.")
    messages = (_as_it_came(pairs), _decoded(pairs))
    if not any(_made(key, message, given) for key in usable for message in messages):
        raise mismatch()
    return told


def sign(query: str, secret: str) -> str:
    """The query with the hmac that a sender would add; it must not have one."""
    (key,) = keys([secret], text_key)
    pairs = [_pair(text) for text in query.split("&") if text]
    return f"{query}&hmac={hmac_sha256(key, '', _as_it_came(pairs)).hex()}"


def _made(key: bytes, message: bytes, given: bytes) -> bool:
    return hmac.compare_digest(hmac_sha256(key, "", message).hex().encode(), given)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _as_it_came(pairs: Sequence[tuple[str, str]]) -> bytes:
    texts = (f"{name}={value}" for name, value in sorted(pairs) if name not in _UNSIGNED)
    return "&".join(texts).encode(errors="surrogatepass")


def _decoded(pairs: Sequence[tuple[str, str]]) -> bytes:
    told: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for name, value in ((unquote_plus(name), unquote_plus(value)) for name, value in pairs):
        if name.endswith("[]"):
            lists.setdefault(name.removesuffix("[]"), []).append(value)
        elif name not in _UNSIGNED:
            told[name] = value
    told |= {name: "[" + ", ".join(f'"{value}"' for value in values) + "]" for name, values in lists.items()}
    texts = (
        f"{_escaped(name).replace('=', '%3D')}={_escaped(value)}" for name, value in sorted(told.items())
    )
    return "&".join(texts).encode(errors="surrogatepass")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26")


_UNSIGNED = frozenset({"hmac", "signature"})
