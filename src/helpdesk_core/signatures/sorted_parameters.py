"""Parameters that carry `sig`, a keyed digest over all the others, as Vonage's SMS API signs.

Signed is `&name=value` of every other parameter, sorted by name, with `&` and `=` in values written as `_`: values that
differ in nothing else share a signature. A secret is used by the method that the account is set to, which stands
before it: `sha512:…`; without one it is SHA-256. A signature by another method counts for nothing, since the oldest
(`md5hash`, a bare digest over the text and the secret) is far weaker than the rest. Hex may be in capitals.

Source: developer.vonage.com/en/getting-started/concepts/signing-messages. Stricter than Vonage's libraries, which judge
no age, and put in their own clock where the `timestamp` is missing: here it must be there, and be of now.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from helpdesk_core.signatures import (
    BadSignature,
    Proven,
    Reason,
    keys,
    mismatch,
    require_fresh,
    stamp,
    text_key,
    unix_seconds,
)

METHODS: Final = ("md5hash", "md5", "sha1", "sha256", "sha512")
USUAL: Final = "sha256"
SIGNATURE, TIMESTAMP = "sig", "timestamp"


def verify(parameters: Mapping[str, str], secrets: Sequence[str], now: datetime) -> Proven:
    """Proves the parameters, as they are after decoding. Raises `BadSignature` only."""
    methods = {secret: method_of(secret) for secret in secrets}
    keys([method[1] for method in methods.values()], text_key)
    given = parameters.get(SIGNATURE, "").lower().encode(errors="replace")
    if not given:
        raise BadSignature(Reason.MISSING_HEADER, f"The parameter {SIGNATURE} is missing or empty.")
    seconds = parameters.get(TIMESTAMP, "")
    if not seconds:
        raise BadSignature(Reason.MALFORMED, f"The parameter {TIMESTAMP} is missing, so its age is unknown.")
    at = stamp(seconds)
    text = _signed(parameters)
    usable = [
        (name, key) for name, secret in methods.values() if secret.strip() and (key := text_key(secret))
    ]
    if not any(hmac.compare_digest(_made(name, key, text), given) for name, key in usable):
        raise mismatch()
    require_fresh(at, now)
    return Proven(at=at, id=None)


def sign(parameters: Mapping[str, str], secret: str, now: datetime) -> dict[str, str]:
    """The parameters with what a sender would add. Raises `BadSignature` for a blank secret."""
    name, text = method_of(secret)
    (key,) = keys([text], text_key)
    told = {**parameters, TIMESTAMP: unix_seconds(now)}
    told.pop(SIGNATURE, None)
    return {**told, SIGNATURE: _made(name, key, _signed(told)).decode()}


def method_of(secret: str) -> tuple[str, str]:
    """By which method a secret is used, and the secret without the name of that."""
    name, colon, text = secret.strip().partition(":")
    return (name, text) if colon and name in METHODS else (USUAL, secret)


def _signed(parameters: Mapping[str, str]) -> bytes:
    texts = (
        f"&{name}={value.replace('&', '_').replace('=', '_')}"
        for name, value in sorted(parameters.items())
        if name != SIGNATURE
    )
    return "".join(texts).encode(errors="surrogatepass")


def _made(name: str, key: bytes, text: bytes) -> bytes:
    if name == "md5hash":
        return hashlib.md5(text + key, usedforsecurity=False).hexdigest().encode()
    return hmac.digest(key, text, name).hex().encode()
