"""A header with the base64 of HMAC-SHA1 over the URL and the form, as Twilio signs.

Signed are the URL as it was called, and behind it every parameter of a form, name and value, by name; of a name that is
there twice each different value once. A body of another kind is vouched for by its SHA-256 in the query (`bodySHA256`).
There is no time in it, so only the id of a message keeps a recording from counting twice.
Source: twilio.com/docs/usage/security, "Validating requests".
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

from helpdesk_core.signatures import BadSignature, Headers, Proven, Reason, header, keys, mismatch, text_key

HEADER = "x-twilio-signature"
MOST_PARAMETERS = 1000
_PORTS = {"https": 443, "http": 80}


def verify(headers: Headers, url: str, body: bytes, secrets: Sequence[str]) -> Proven:
    """Proves a delivery to this URL. Raises `BadSignature` only."""
    usable = keys(secrets, text_key)
    given = header(headers, HEADER).encode(errors="replace")
    form = form_text(headers, body)
    signed = [told + form for told in _writings(url, headers)]
    made = (signature(key, text) for key in usable for text in signed)
    if not any(hmac.compare_digest(one, given) for one in made):
        raise mismatch()
    if body and not is_form(headers):
        _require_digest(url, body)
    return Proven(at=None, id=None)


def sign(url: str, body: bytes, headers: Headers, secret: str) -> dict[str, str]:
    """The header that a sender would add. Raises `BadSignature` for a blank secret."""
    (key,) = keys([secret], text_key)
    return {HEADER: signature(key, url + form_text(headers, body)).decode()}


def is_form(headers: Headers) -> bool:
    """Whether the body is a form, by its type."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == (
        "application/x-www-form-urlencoded"
    )


def form_text(headers: Headers, body: bytes) -> str:
    """What is signed of the body: the parameters of a form, nothing of anything else."""
    if not body or not is_form(headers):
        return ""
    try:
        parameters = parse_qs(
            body.decode(), keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict"
        )
    except ValueError as error:
        raise BadSignature(Reason.MALFORMED, "The signed body is no form of text.") from error
    return "".join(name + value for name in sorted(parameters) for value in sorted(set(parameters[name])))


def signature(key: bytes, text: str) -> bytes:
    """The signature of this text."""
    return b64encode(hmac.new(key, text.encode(errors="replace"), hashlib.sha1).digest())


def _writings(url: str, headers: Headers) -> Iterator[str]:
    """The URL as it was called, and with the port of its scheme named or left out: senders do either.

    Also with the user and password that the caller was told to call it with: these come in a header (RFC 7617), and
    are signed as part of the URL.
    """
    yield url
    try:
        parts = urlsplit(url)
        named = parts.port
    except ValueError:
        return
    there = parts.netloc
    if parts.scheme not in _PORTS or not there:
        return
    other = f"{there}:{_PORTS[parts.scheme]}" if named is None else there.rpartition(":")[0]
    user = "" if "@" in there else _user(headers.get("authorization", ""))
    before, _, after = url.partition(there)
    for written in (other, *((f"{user}@{there}", f"{user}@{other}") if user else ())):
        yield f"{before}{written}{after}"


def _user(authorization: str) -> str:
    scheme, _, told = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(told.strip(), validate=True).decode()
    except ValueError:
        return ""


def _require_digest(url: str, body: bytes) -> None:
    told = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    if not hmac.compare_digest(told.encode(errors="replace"), hashlib.sha256(body).hexdigest().encode()):
        raise BadSignature(Reason.MISMATCH, "The body is not the one that was signed (bodySHA256).")
