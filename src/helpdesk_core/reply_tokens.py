"""Reply tokens: the part after the plus in `<slug>+<token>@…` that proves which ticket an answer belongs to.

A token is `<ticket number>-<mac>`: the number in decimal, and the first 80 bits of an HMAC-SHA256 (RFC 2104)
in lower-case base32 (RFC 4648 §6). Mail servers may change the case of an address and some people type one
off a screen, so neither part depends on case. 80 bits leave a guess a chance of one in 10²⁴.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Sequence
from hashlib import sha256

from helpdesk_core.ids import OrganizationId

LONGEST_TOKEN = 28
"""In characters: with a slug of up to 35, `<slug>+<token>` keeps to the 64 of RFC 5321 §4.5.3.1.1."""

LARGEST_NUMBER = 9_999_999_999


def reply_token(organization_id: OrganizationId, ticket_number: int, key: bytes) -> str:
    """The token of one ticket, signed with `key`: the first of the configured secrets.

    Raises `ValueError` for an empty key or a number outside 1 to `LARGEST_NUMBER`: both are mistakes of the
    caller.
    """
    if not key:
        raise ValueError("a reply token needs a key that is not empty")
    if not 1 <= ticket_number <= LARGEST_NUMBER:
        raise ValueError(f"a ticket number lies between 1 and {LARGEST_NUMBER}, not {ticket_number}")
    return f"{ticket_number}-{_mac(organization_id, ticket_number, key)}"


def bounce_token(organization_id: OrganizationId, ticket_number: int, key: bytes) -> str:
    """The token of the address to which reports about mails of one ticket come: `b`, then as a reply token, of which
    it is none. Raises as `reply_token`.
    """
    reply_token(organization_id, ticket_number, key)
    return f"{_BOUNCE}{ticket_number}-{_mac(organization_id, ticket_number, key, _BOUNCE_PURPOSE)}"


def bounced_ticket_of(token: str, organization_id: OrganizationId, keys: Sequence[bytes]) -> int | None:
    """The ticket number that a bounce token proves, as `ticket_number_of` does for a reply token."""
    if token[:1].lower() != _BOUNCE:
        return None
    return _proven(token[1:], organization_id, keys, _BOUNCE_PURPOSE)


def ticket_number_of(token: str, organization_id: OrganizationId, keys: Sequence[bytes]) -> int | None:
    """The ticket number that the token proves for this organization under any of `keys`, else None.

    Total. All keys are tried in constant time, whichever fits, so that time tells nothing about the mac or
    the rotation. An empty key proves nothing.
    """
    return _proven(token, organization_id, keys, _PURPOSE)


def _proven(token: str, organization_id: OrganizationId, keys: Sequence[bytes], purpose: bytes) -> int | None:
    # fullmatch on ASCII classes comes before lower(): the Kelvin sign would otherwise turn into a "k".
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    number, claimed = int(parts[1]), parts[2].lower()
    proven = False
    for key in keys:
        proven |= hmac.compare_digest(_mac(organization_id, number, key, purpose), claimed) and bool(key)
    return number if proven else None


def split_recipient(address: str) -> tuple[str, str | None, str] | None:
    """`(mailbox, token, domain)` of one recipient address, or None for what is not one. Total.

    Mailbox and domain are in lower case, the token as written and None when there is no `+` or nothing after
    it. The last `+` divides, since a token holds none: `help+eu+12-abc@…` is mailbox `help+eu`. Takes the
    bare address or one in angle brackets; display names, groups and domain literals are not addresses of a
    mailbox here.
    """
    bare = address.strip()
    if bare.startswith("<") and bare.endswith(">"):
        bare = bare[1:-1].strip()
    parts = _ADDRESS.fullmatch(bare) if len(bare) <= _LONGEST_ADDRESS else None
    if parts is None:
        return None
    local, domain = parts["quoted"] or parts["plain"], parts["domain"]
    mailbox, token = local.rsplit("+", 1) if "+" in local else (local, "")
    return (mailbox.lower(), token or None, domain.lower()) if mailbox else None


_PURPOSE = b"helpdesk reply token 1\0"
_BOUNCE_PURPOSE = b"helpdesk bounce token 1\0"
_BOUNCE = "b"
_LONGEST_ADDRESS = 320  # 64 for the local part, one "@", 255 for the domain
_TOKEN = re.compile(r"([1-9][0-9]{0,9})-([A-Za-z2-7]{16})")
_ATOM = r'[^\s@<>()\[\]",;:\\\x00-\x1f\x7f\ud800-\udfff]'
_LABEL = r'[^\s@<>()\[\]",;:\\\x00-\x1f\x7f\ud800-\udfff.]+'
_ADDRESS = re.compile(rf'(?:(?P<plain>{_ATOM}+)|"(?P<quoted>{_ATOM}+)")@(?P<domain>{_LABEL}(?:\.{_LABEL})*)')


def _mac(organization_id: OrganizationId, ticket_number: int, key: bytes, purpose: bytes = _PURPOSE) -> str:
    signed = purpose + organization_id.bytes + ticket_number.to_bytes(8, "big")
    return b32encode(hmac.new(key, signed, sha256).digest()[:10]).decode("ascii").lower()
