"""Header fields: where they end, what they say, and the parameters that some of them carry (RFC 5322, 2045,
2231).
"""

import re
from urllib.parse import unquote_to_bytes

from helpdesk_core.charsets import decode, decode_words, one_line

Headers = tuple[tuple[str, str], ...]
"""Name in lower case and value in one piece, encoded words not yet read, in the order of the message."""

MAX_HEADERS = 1_000
"""Fields of one part that are read; the rest are left out, with a warning."""

LONGEST_HEADERS = 1 << 20
"""Bytes of one part's fields that are read."""

LONGEST_VALUE = 100_000
"""Characters of one field that are read."""


def envelope_end(raw: bytes) -> int:
    """Where a message begins behind what its transport may have put before it: blank lines, mbox's `From `
    line.
    """
    before = _ENVELOPE.match(raw)
    return before.end() if before is not None else 0


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int, str | None]:
    """The fields from `start`, where the body begins, and what is wrong with the fields, if anything.

    A line that is no field ends them, as everything from there on may be the sender's words; unless more
    fields that every mail program writes follow, then it is a badly folded line of the field before.
    """
    found = _FIELDS.match(raw, start, end)
    stop = found.end() if found is not None else start
    pieces = [raw[start:stop]]
    complaint = None
    while stop > start and (broken := _BROKEN_LINE.match(raw, stop, end)) is not None:
        complaint = "A line among the headers is none."
        more = _FIELDS.match(raw, broken.end(), end)
        if more is None or _KNOWN_FIELD.search(raw, broken.end(), more.end()) is None:
            break
        pieces.append(b" " + raw[stop : more.end()])
        stop = more.end()
    headers = _fields(b"".join(pieces)[:LONGEST_HEADERS])
    if len(headers) > MAX_HEADERS or stop - start > LONGEST_HEADERS:
        complaint = f"Only the first {min(MAX_HEADERS, len(headers))} headers were read."
    blank = _BLANK_LINE.match(raw, stop, end)
    return headers[:MAX_HEADERS], blank.end() if blank is not None else stop, complaint


def first(headers: Headers, name: str) -> str | None:
    """The value of the first field of that name."""
    for found, value in headers:
        if found == name:
            return value
    return None


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """What stands before the first semicolon, in lower case, and the parameters by name, read to the end.

    Pieces and charsets of RFC 2231 are put together; a parameter given that way wins over the plain one.
    """
    main, _, rest = value[:LONGEST_VALUE].partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in _PARAMETER.finditer(";" + rest):
        name, quoted = found[1].lower(), found[2]
        text = _ESCAPED.sub(r"\1", quoted) if quoted is not None else found[3].strip()
        piece = _PIECE.fullmatch(name)
        if piece is None:
            plain.setdefault(name, text)
        else:
            of_name = pieces.setdefault(piece[1], {})
            of_name.setdefault(int(piece[2] or 0), (text, name.endswith("*")))
    told = {name: one_line(decode_words(text)) for name, text in plain.items()}
    if plain.get("boundary", "").endswith(" "):  # no boundary may, yet with some the blank is part of it
        told["boundary"] = plain["boundary"]
    told.update((name, _joined(numbered)) for name, numbered in pieces.items())
    return one_line(main).lower(), told


_ENVELOPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n){0,20}+(?:>?From [^\n]*\n)?")
_FIELDS = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\n]*(?:\n|\Z)(?:[ \t][^\n]*(?:\n|\Z))*+)++")
_BROKEN_LINE = re.compile(rb"(?!\r?\n)[^\n]+\n(?:[ \t][^\n]*\n)*+")
_KNOWN_FIELD = re.compile(
    rb"(?im)^(?:from|to|cc|subject|date|message-id|mime-version|content-(?:type|disposition|transfer-encoding)"
    rb"|received|return-path|reply-to|references|in-reply-to)[ \t]*:"
)
_BLANK_LINE = re.compile(rb"\r?\n")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^;]*))', re.DOTALL)
_PIECE = re.compile(r"([^*]+)\*(?:(\d{1,3})\*?)?")
_ESCAPED = re.compile(r'\\(["\\])')


def _fields(block: bytes) -> Headers:
    # Nearly always UTF-8 or plain ASCII as a whole; else every field is decoded by itself.
    try:
        text = block.decode("utf-8") if b"\x1b$" not in block else None  # else it is Japanese
    except UnicodeDecodeError:
        text = None
    if text is None:
        text = "\n".join(decode(line) for line in re.split(rb"\r?\n", block))
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", "\t")
    pairs = [line.partition(":") for line in text.split("\n")]
    return tuple(
        [(name.strip().lower(), value[:LONGEST_VALUE].strip()) for name, colon, value in pairs if colon]
    )


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    charset, told = "utf-8", b""
    for number, (text, encoded) in sorted(numbered.items()):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        told += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode_words(decode(told, charset or None))
