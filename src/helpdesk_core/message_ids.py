"""Message ids in Message-ID, In-Reply-To and References: as RFC 5322 §3.6.4 has them, and as they come."""

import re
from binascii import a2b_base64
from email.errors import HeaderParseError
from email.header import decode_header

LONGEST_ID = 998
"""Bytes of an id in UTF-8: a line of mail holds no more (RFC 5322 §2.1.1), and any index can hold that."""

MOST_IDS = 100
"""Ids taken of one header: the first, which is the root of the thread, and the last, which are nearest."""


def message_ids(header: str | None) -> tuple[str, ...]:
    """The ids of one header's value in canonical form, in their order, each once; total, in linear time.

    Canonical: without angle brackets, comments, and the white space that folding left inside; case kept (RFC
    5322 leaves it to the sender). Never empty, never longer than `LONGEST_ID`, always printable, so every
    store can hold one; at most `MOST_IDS`. Of a Message-ID header the first counts.

    Brackets may be missing or unpaired, and commas may stand between. Without any bracket, a header counts
    only if each of its words holds an "@": old programs wrote phrases there, such as `Your letter of Monday
    to a@b.example`.
    """
    if not header:
        return ()
    if _USUAL.fullmatch(header):
        return (header[1:-1],)
    text = _without_comments(_decoded(_bounded(header)))
    ids = tuple(dict.fromkeys(one for one in _bracketed(text) or _bare(text) if _fits(one)))
    return ids if len(ids) <= MOST_IDS else (ids[0], *ids[1 - MOST_IDS :])


def thread_id(thread_index: str | None) -> str | None:
    """The id of the thread in a Thread-Index header, of a form that no message id has; None if there is none. Total.

    Outlook and Exchange write there, in base64, a block of 22 bytes that all messages of a thread share, and five more
    for each answer ([MS-OXOMSG] §2.2.1.3).
    """
    if not thread_index or len(thread_index) > _LONGEST_HEADER:
        return None
    try:
        block = a2b_base64(thread_index)[:_THREAD_BLOCK]
    except ValueError:
        return None
    shared = block[6:]  # the bytes in front tell the time
    return f"thread-index:{block.hex()}" if len(block) == _THREAD_BLOCK and any(shared) else None


_USUAL = re.compile(r"<[\w.+$%&*/-]{1,400}@[\w.-]{1,400}>", re.ASCII)
_THREAD_BLOCK = 22
_LONGEST_HEADER = 1 << 16
_PIECE = re.compile(r"<[^<>]*>|[()]|[^<()]+|<")
_IN_BRACKETS = re.compile(r"<([^<>]*)(>?)")


def _bounded(header: str) -> str:
    """The end of a header that is too long, without the part of an id that the cut left standing."""
    if len(header) <= _LONGEST_HEADER:
        return header
    return re.sub(r"^[^<\s,]*", "", header[-_LONGEST_HEADER:])


def _decoded(text: str) -> str:
    """Undoes encoded words (RFC 2047), into which some programs fold long ids although they must not."""
    if "=?" not in text or "<" in text:
        return text
    try:
        words = decode_header(text)
        return "".join(
            word if isinstance(word, str) else word.decode(charset or "ascii", "replace")
            for word, charset in words
        )
    except (HeaderParseError, LookupError, ValueError):
        return text  # no encoded word after all, or one of an unknown charset: then it is what it is


def _without_comments(text: str) -> str:
    if "(" not in text:
        return text
    depth, kept = 0, []
    for found in _PIECE.finditer(text):
        piece = found[0]
        if piece == "(":
            depth += 1
            kept.append(" ")
        elif piece == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(piece)
    return text if depth else "".join(kept)  # one that never ends is no comment


def _bracketed(text: str) -> list[str]:
    ids: list[str] = []
    for found in _IN_BRACKETS.finditer(text):
        words = found[1].split()
        if not found[2]:  # never closed: what follows the first word may be anything
            ids += [word.rstrip(",;") for word in words[:1]]
        elif len(words) > 1 and all("@" in word for word in words):
            ids += words
        else:
            ids.append("".join(words))
    return [one for one in ids if one]


def _bare(text: str) -> list[str]:
    words = [word for word in re.split(r"[\s,;<>]+", text) if word]
    return words if all("@" in word.strip("@") for word in words) else []


def _fits(one: str) -> bool:
    return one.isprintable() and len(one.encode("utf-8")) <= LONGEST_ID
