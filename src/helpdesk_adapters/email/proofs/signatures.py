"""DKIM signatures of a mail (RFC 6376), checked with keys that are at hand."""

import re
from collections.abc import Mapping
from typing import Final

import dkim
from attrs import frozen

from helpdesk_core.email.authentication import Verdict

MOST_SIGNATURES: Final = 5
"""Signatures of one mail that are looked at: a mailing list may have added some to the sender's."""


@frozen
class Signature:
    """One signature: who signs, and under which name their key is found."""

    place: int
    domain: str
    key_name: str
    whole: bool
    """It covers all of the body; one of a part only says nothing of what others have appended."""


def signatures_of(raw: bytes) -> tuple[Signature, ...]:
    """The signatures that the mail bears, the last one added first. Total."""
    try:
        headers, _ = dkim.rfc822_parse(raw)
    except dkim.MessageFormatError:
        return ()
    values = [value for name, value in headers if name.lower() == b"dkim-signature"]
    found = []
    for place, value in enumerate(values[:MOST_SIGNATURES]):
        tags = _tags(value)
        domain, selector = tags.get("d", "").lower(), tags.get("s", "")
        if _NAME.fullmatch(domain) and _NAME.fullmatch(selector):
            found.append(Signature(place, domain, f"{selector}._domainkey.{domain}", "l" not in tags))
    return tuple(found)


def has_one_author(raw: bytes) -> bool:
    """Whether the mail has exactly one From: a second one may be put before a signed one. Total."""
    try:
        headers, _ = dkim.rfc822_parse(raw)
    except dkim.MessageFormatError:
        return False
    return len([name for name, _ in headers if name.lower() == b"from"]) == 1


def check(raw: bytes, signature: Signature, keys: Mapping[str, bytes]) -> Verdict:
    """Whether the signature holds. Total: what no checker can read is a permanent error."""

    def key_of(name: bytes, timeout: int = 0) -> bytes | None:
        return keys.get(name.decode("ascii").rstrip("."))

    try:
        holds = dkim.DKIM(raw).verify(idx=signature.place, dnsfunc=key_of)
    except dkim.ValidationError:  # a body that was changed, among others
        return Verdict.FAIL
    except _UNREADABLE:
        return Verdict.PERMERROR
    return Verdict.PASS if holds else Verdict.FAIL


def _tags(value: bytes) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in value.decode("ascii", "replace").split(";"))
    return {name.strip(): _BLANKS.sub("", text) for name, _, text in pairs}


_UNREADABLE = (
    dkim.DKIMException,
    *(
        ArithmeticError,
        AssertionError,
        AttributeError,
        ImportError,
        LookupError,
        NameError,
        TypeError,
        ValueError,
    ),
)
"""What hostile headers, keys and kinds of keys raise inside the library, beside its own errors."""
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
_BLANKS = re.compile(r"\s+")
