"""`signed_request`: an HMAC-SHA256 and what it is of, both in base64url, with a full stop between them.

Meta posts it where a person takes an application's access away, or wants to be forgotten by it. The MAC is over the
second half as it is written. Source: developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and
…/docs/development/create-an-app/app-dashboard/data-deletion-callback, "Parsing the Request".
"""

import binascii
import hmac
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence

from helpdesk_core.signatures import BadSignature, Reason, hmac_sha256, keys, mismatch, text_key


def read(text: str, secrets: Sequence[str]) -> bytes:
    """What was signed. Raises `BadSignature` only."""
    usable = keys(secrets, text_key)
    if not text:
        raise BadSignature(Reason.MISSING_HEADER, "The parameter signed_request is missing or empty.")
    given, stop, told = text.partition(".")
    if not stop or not told.isascii():
        raise BadSignature(Reason.MALFORMED, "signed_request is not two parts with a full stop between them.")
    mac = given.rstrip("=").encode(errors="replace")
    if not any(hmac.compare_digest(_mac(key, told), mac) for key in usable):
        raise mismatch()
    try:
        return b64decode(told + "=" * (-len(told) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature(Reason.MALFORMED, "What signed_request holds is not base64url.") from error


def sign(told: bytes, secret: str) -> str:
    """The parameter that a sender would make. Raises `BadSignature` for a blank secret."""
    (key,) = keys([secret], text_key)
    written = urlsafe_b64encode(told).rstrip(b"=").decode()
    return f"{_mac(key, written).decode()}.{written}"


def _mac(key: bytes, told: str) -> bytes:
    return urlsafe_b64encode(hmac_sha256(key, "", told.encode())).rstrip(b"=")
