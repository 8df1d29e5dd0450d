"""Blocked senders: whose mail opens no ticket."""

import re
from datetime import datetime

from attrs import frozen

from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import BlockedSenderId, OrganizationId


@frozen
class BlockedSender:
    """A rule of one organization: an address (`a@b.c`), a domain (`@b.c`) or a wildcard (`*@*.b.c`)."""

    id: BlockedSenderId
    organization_id: OrganizationId
    pattern: str
    created_at: datetime


def check_pattern(pattern: str) -> str:
    """The pattern in comparable form, or InvalidValue."""
    text = pattern.strip().lower()
    if not re.fullmatch(r"[^@\s\x00-\x1f]{0,64}@[^@\s\x00-\x1f]{1,255}", text):
        raise InvalidValue("pattern", "must be an address (a@b.c), a domain (@b.c) or a wildcard (*@*.b.c)")
    if text.count("*") > 8:
        raise InvalidValue("pattern", "has more than eight wildcards")
    return text


def blocks(pattern: str, email: str) -> bool:
    """Whether `pattern` covers the address; `*` stands for any run of characters but `@`. Case does not matter."""
    local, _, domain = pattern.lower().partition("@")
    expected = f"{_regex(local) if local else '[^@]+'}@{_regex(domain)}"
    return re.fullmatch(expected, email.strip().lower()) is not None


def _regex(text: str) -> str:
    # Runs of stars are one star, so that no pattern can make the match slow.
    return "[^@]*".join(re.escape(piece) for piece in re.split(r"\*+", text))
