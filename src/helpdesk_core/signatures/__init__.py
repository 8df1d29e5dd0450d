"""Proof that a delivery comes from whom it claims: one signature scheme a module, all of the same shape.

`verify(headers, body, secrets, now)` answers `Proven` or raises `BadSignature`, and nothing else, whatever
was delivered: headers and body come from strangers. It works on the raw bytes of the body, compares in
constant time, tries every secret in turn (so that one can be rotated) and judges the signature before the
time, so that a reason tells the truth. `sign(body, secret, now)` makes the headers a sender would add.

The functions below `BadSignature` are what the schemes share.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from attrs import frozen

Headers = Mapping[str, str]
"""The headers of a delivery; names in lower case, values as the server read them."""

TOLERANCE = timedelta(seconds=300)
"""How far the sender's clock may be from ours, either way; exactly this far is still accepted."""


@frozen
class Proven:
    """A delivery whose signature holds.

    `at` is when the sender says it signed (whole seconds, UTC), `None` where the scheme has no time.
    `id` is the sender's id of the delivery where it is part of what was signed, else `None`: an unsigned id
    proves nothing. It is printable ASCII and equal in every retry, so it may serve as a key.
    """

    at: datetime | None
    id: str | None


class Reason(StrEnum):
    """Why a delivery was refused: a constant name for logs, counters and status codes."""

    MISSING_HEADER = "missing_header"
    MALFORMED = "malformed"
    MISMATCH = "mismatch"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"
    UNSIGNED = "unsigned"
    """The sender was set up to sign nothing, so there is nothing to judge."""
    NO_SECRET = "no_secret"
    """Ours to mend, not the sender's: no usable secret is set, so nothing can be proven."""


class BadSignature(Exception):
    """The delivery is not proven to come from whom it claims.

    The message helps whoever runs the desk; it holds no secret, no signature and no text of the sender's.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def header(headers: Headers, *names: str) -> str:
    """The first of these headers that is present; an absent or empty one is a `missing_header`."""
    value = next((headers[name] for name in names if name in headers), "")
    if not value:
        raise BadSignature(Reason.MISSING_HEADER, f"The header {' or '.join(names)} is missing or empty.")
    return value


def keys(secrets: Sequence[str], decode: Callable[[str], bytes | None]) -> list[bytes]:
    """The usable keys among `secrets`, in order; a blank one is never a key; no key at all is a `no_secret`.

    `decode` makes a key of a secret, or `None` of one that is not in the scheme's form.
    """
    if isinstance(secrets, str):  # also a Sequence[str]: its single letters would become guessable keys
        raise TypeError("secrets must be a sequence of secrets, not one string")
    found = [key for secret in secrets if secret.strip() and (key := decode(secret))]
    if not found:
        cause = "is set in a form that can be used" if any(map(str.strip, secrets)) else "is set"
        raise BadSignature(Reason.NO_SECRET, f"No signing secret {cause}, so no delivery can be proven.")
    return found


def text_key(secret: str) -> bytes | None:
    """A secret used as it is written, in UTF-8; `None` where it has no such form (a lone surrogate)."""
    try:
        return secret.encode()
    except UnicodeEncodeError:
        return None


def hmac_sha256(key: bytes, prefix: str, body: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104, FIPS 180-4) over `prefix` and `body`, without copying the body."""
    mac = hmac.new(key, prefix.encode(), hashlib.sha256)
    mac.update(body)
    return mac.digest()


def stamp(text: str) -> datetime:
    """The moment meant by Unix seconds in their one writing: no sign, space, fraction or leading zero.

    Vendor libraries read a number and write it anew, so that `017…` passes for `17…`; here it does not.
    """
    canonical = text.isascii() and text.isdigit() and not (text[0] == "0" and len(text) > 1)
    if not canonical or len(text) > _DIGITS or int(text) > _LAST_SECOND:
        raise BadSignature(Reason.MALFORMED, "The timestamp of the signature is not in Unix seconds.")
    return datetime.fromtimestamp(int(text), UTC)


def unix_seconds(now: datetime) -> str:
    """`now`, an aware time, as a sender writes it."""
    return str(int(now.timestamp()))


def require_fresh(at: datetime, now: datetime) -> None:
    """Refuses a signature more than `TOLERANCE` away from `now`, so that a recorded one is soon useless."""
    age = now - at
    if age > TOLERANCE:
        raise BadSignature(Reason.TOO_OLD, f"Signed {age // _SECOND} s ago; {_LIMIT}")
    if -age > TOLERANCE:
        raise BadSignature(Reason.TOO_NEW, f"Signed {-age // _SECOND} s in the future; {_LIMIT}")


def require_utf8(body: bytes) -> None:
    """Refuses a body that is not UTF-8, for schemes that sign text: no honest sender of theirs makes one."""
    if body.isascii():
        return
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise BadSignature(Reason.MALFORMED, "The signed body is not UTF-8 text.") from error


def mismatch() -> BadSignature:
    """The refusal for a well-formed signature that none of our secrets makes."""
    return BadSignature(
        Reason.MISMATCH,
        "No configured secret made this signature over these bytes: "
        "check that the secret belongs to this endpoint and that nothing rewrites the body on its way.",
    )


_SECOND = timedelta(seconds=1)
_LIMIT = f"at most {TOLERANCE // _SECOND} s are accepted: compare the clocks."
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z: beyond it there is no datetime
_DIGITS = 12  # as long as _LAST_SECOND; int() refuses endless digits with another error, and takes its time
