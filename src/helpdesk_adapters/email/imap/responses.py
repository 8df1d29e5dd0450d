"""What an IMAP server says in answer, read from the lines that aioimaplib hands out. Total."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from helpdesk_core.ports.mailboxes import Described

Lines = Sequence[bytes | bytearray]
"""Lines are bytes, literals are bytearrays; the last is the text of the tagged answer."""


def number_in(name: str, lines: Lines) -> int | None:
    """The number of a response code such as UIDVALIDITY."""
    for line in lines:
        found = re.search(rb"\[" + name.encode() + rb" (\d{1,10})\]", line, re.IGNORECASE)
        if found is not None:
            return int(found[1])
    return None


def numbers(lines: Lines) -> list[int]:
    """What SEARCH has found, ascending."""
    return sorted({int(word) for line in lines[:-1] for word in line.split() if _NUMBER.fullmatch(word)})


def descriptions(lines: Lines) -> Mapping[int, Described]:
    """What FETCH (UID RFC822.SIZE INTERNALDATE) tells, by UID."""
    found: dict[int, Described] = {}
    for line in lines:
        uid, size = _UID.search(line), _SIZE.search(line)
        if uid is not None and size is not None and not isinstance(line, bytearray):
            found[int(uid[1])] = Described(int(size[1]), _arrival(line))
    return found


def body_in(lines: Lines) -> bytes | None:
    """The text that FETCH BODY.PEEK[] brought, as literal, quoted or NIL; None: there was none."""
    for number, line in enumerate(lines):
        begun = _BODY.search(line) if not isinstance(line, bytearray) else None
        if begun is None:
            continue
        if begun["literal"] is not None:
            following = lines[number + 1] if number + 1 < len(lines) else b""
            return bytes(following) if isinstance(following, bytearray) else b""
        return re.sub(rb"\\(.)", rb"\1", begun["quoted"] or b"")
    return None


def _arrival(line: bytes | bytearray) -> datetime | None:
    found = _ARRIVAL.search(line)
    if found is None:
        return None
    try:
        at = parsedate_to_datetime(found[1].decode("ascii", "replace").strip().replace("-", " ", 2))
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


_NUMBER = re.compile(rb"\d{1,10}")
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,19})\b")
_ARRIVAL = re.compile(rb'\bINTERNALDATE "([^"]{10,40})"')
_BODY = re.compile(
    rb'BODY\[\](?:<\d+>)? (?:(?P<literal>~?\{\d+\})|"(?P<quoted>(?:[^"\\]|\\.)*)"|NIL)', re.IGNORECASE
)
