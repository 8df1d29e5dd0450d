"""TNEF: the files and words inside `winmail.dat`, in which Outlook wraps a mail that it takes for one to Outlook.

The format is that of [MS-OXTNEF]: attributes one after the other, some of which hold lists of MAPI properties
([MS-OXCDATA] §2.11). All that is read are slices of the bytes given, so nothing can grow; what is broken ends it.
"""

import struct
from collections.abc import Iterator, Mapping

from attrs import frozen

from helpdesk_core.charsets import decode, one_line
from helpdesk_core.email.rtf import read_rtf, unpacked

MAX_FILES = 200
"""Files that are taken out."""

MAX_ATTRIBUTES = 5_000
"""Attributes, and properties of one of them, that are read."""


@frozen
class WrappedFile:
    """A file inside; its name may be empty."""

    filename: str
    content_type: str | None
    content_id: str | None
    content: bytes


@frozen
class Wrapped:
    """What a `winmail.dat` holds."""

    files: tuple[WrappedFile, ...] = ()
    text: str | None = None
    html: str | None = None


def unwrap(raw: bytes) -> Wrapped | None:
    """What is inside, as far as it can be read; None if it is no TNEF. Total."""
    if raw[:4] != _SIGNATURE:
        return None
    codepage, text, html = "cp1252", None, None
    files: list[dict[int, bytes]] = []
    for attribute, content in _attributes(raw):
        match attribute:
            case 0x00069007 if len(content) >= 4:
                codepage = f"cp{struct.unpack_from('<I', content)[0]}"
            case 0x0002800C:
                text = text or decode(content.rstrip(b"\0"), codepage)
            case 0x00069003:
                properties = _properties(content)
                text = text or _words(properties, 0x1000, codepage)
                html = html or _words(properties, 0x1013, codepage)
                if not (text or html) and (rtf := unpacked(properties.get(_RTF, b""))) is not None:
                    text, html = read_rtf(rtf)
            case 0x00069002:
                if len(files) >= MAX_FILES:
                    break
                files.append({})
            case 0x00018010 if files:
                files[-1].setdefault(_TITLE, content)
            case 0x0006800F if files:
                files[-1][_DATA] = content
            case 0x00069005 if files:
                for name, value in _properties(content).items():
                    files[-1].setdefault(name, value)
    return Wrapped(tuple(_file(found, codepage) for found in files if _DATA in found), text, html)


_SIGNATURE = b"\x78\x9f\x3e\x22"
_RTF = 0x1009
_TITLE = -1
_DATA = 0x3701


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(MAX_ATTRIBUTES):
        if at + 9 > len(raw):
            return
        attribute, length = struct.unpack_from("<II", raw, at + 1)
        yield attribute, raw[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _properties(raw: bytes) -> Mapping[int, bytes]:
    """The values of the properties by number; of those with several values the first.

    Text is still encoded: as UTF-8 with its mark, or in the code page of the whole.
    """
    found: dict[int, bytes] = {}
    if len(raw) < 4:
        return found
    at = 4
    for _ in range(min(struct.unpack_from("<I", raw)[0], MAX_ATTRIBUTES)):
        if at + 4 > len(raw):
            break
        kind, number = struct.unpack_from("<HH", raw, at)
        named = _behind_name(raw, at + 4) if number >= 0x8000 else at + 4
        told = _value(raw, named, kind) if named is not None else None
        if told is None:
            break
        value, at = told
        found.setdefault(
            number, _UTF_8 + value.decode("utf-16-le", "replace").encode() if kind == _UNICODE else value
        )
    return found


def _behind_name(raw: bytes, at: int) -> int | None:
    """Behind the GUID and the name of a property that has no number of its own."""
    if at + 24 > len(raw):
        return None
    by_name, length = struct.unpack_from("<II", raw, at + 16)
    return at + 24 + (length + (-length % 4) if by_name else 0)


_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_OBJECT = 0x0D
_UNICODE = 0x1F
_UTF_8 = b"\xef\xbb\xbf"
_MANY = 0x1000


def _value(raw: bytes, at: int, kind: int) -> tuple[bytes, int] | None:
    """The value and where it ends; None if it cannot be known."""
    size = _SIZES.get(kind & ~_MANY)
    is_several = bool(kind & _MANY) or size is None
    count = struct.unpack_from("<I", raw, at)[0] if is_several and at + 4 <= len(raw) else 1
    at += 4 if is_several else 0
    if size is not None:
        end = at + size * count
        return (raw[at : at + size], end) if end <= len(raw) else None
    first: bytes | None = None
    for _ in range(min(count, MAX_ATTRIBUTES)):
        if at + 4 > len(raw):
            return None
        length = struct.unpack_from("<I", raw, at)[0]
        value = raw[at + 4 : at + 4 + length]
        first = value if first is None else first
        at += 4 + length + (-length % 4)
    content = first or b""
    return content[16:] if kind == _OBJECT else content, at  # an object's content follows the id of its kind


def _words(properties: Mapping[int, bytes], number: int, codepage: str) -> str | None:
    return _decoded(properties[number], codepage) if number in properties else None


def _decoded(value: bytes, codepage: str) -> str:
    bare = value.rstrip(b"\0")
    return decode(bare[3:], "utf-8") if bare.startswith(_UTF_8) else decode(bare, codepage)


def _file(found: Mapping[int, bytes], codepage: str) -> WrappedFile:
    def line(number: int) -> str:
        return one_line(_decoded(found.get(number, b""), codepage))

    return WrappedFile(
        filename=line(0x3707) or line(_TITLE) or line(0x3704),
        content_type=line(0x370E).lower() or None,
        content_id=line(0x3712).strip("<>") or None,
        content=found[_DATA],
    )
