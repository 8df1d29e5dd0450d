"""What type a file is kept and served as. Its bytes say so; its sender may only say which of several it is.

What a browser would run (pages, drawings with scripts, programs) is served as plain text or as nothing in particular.
"""

import re
from collections.abc import Sequence
from typing import Final

UNKNOWN: Final = "application/octet-stream"
PLAIN: Final = "text/plain"
HEAD: Final = 8192
"""How many of a file's first bytes decide."""


def served_type(declared: str | None, filename: str, head: bytes, found: Sequence[str]) -> str:
    """The type to serve a file as. `found` are the types that its first bytes may mean, the likeliest first."""
    hint = _hint(declared, filename)
    recognised = [_NAMES.get(one, one) for one in found]
    if is_text(head):
        by_signature = next((one for one in recognised if one in _IN_TEXT), None)
        return by_signature or (hint if hint in _TEXTS else PLAIN)
    for container, members in _CONTAINERS.items():
        if head.startswith(_MAGIC[container]):
            return hint if hint in members else container
    harmless = [one for one in recognised if one.startswith(("image/", "audio/", "video/")) or one in _BINARY]
    harmless = [one for one in harmless if one not in _ACTIVE]
    if hint in harmless:
        return hint
    return harmless[0] if harmless else UNKNOWN


def is_text(head: bytes) -> bool:
    """Whether these bytes read as text, of whatever 8-bit encoding: nothing in them is a control character."""
    return _CONTROL.search(head) is None


def _hint(declared: str | None, filename: str) -> str:
    """What the sender says, or where they say nothing, what the name's ending does."""
    said = (declared or "").partition(";")[0].strip().lower()
    ending = filename.lower().rpartition(".")[2]
    return _ENDINGS.get(ending, said) if said in ("", UNKNOWN) else _NAMES.get(said, said)


_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_ENDINGS: Final = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "epub": "application/epub+zip",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
    "eml": "message/rfc822",
    "ics": "text/calendar",
    "vcf": "text/vcard",
}

_ZIP: Final = "application/zip"
_OLE: Final = "application/x-ole-storage"
_MAGIC: Final = {_ZIP: (b"PK\x03\x04", b"PK\x05\x06"), _OLE: (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)}
_CONTAINERS: Final = {
    _ZIP: frozenset(_ENDINGS[ending] for ending in ("docx", "xlsx", "pptx", "odt", "ods", "odp", "epub")),
    _OLE: frozenset(_ENDINGS[ending] for ending in ("doc", "xls", "ppt", "msg")),
}
"""Formats that look alike from outside, so that the sender's word decides between them."""

_TEXTS: Final = frozenset(
    {
        PLAIN,
        "text/csv",
        "text/markdown",
        "text/tab-separated-values",
        "text/calendar",
        "text/vcard",
        "application/json",
        "message/rfc822",
    }
)
_IN_TEXT: Final = frozenset({"application/pdf", "application/rtf"})
"""Formats that may begin with nothing but text, and are known by how they begin."""
_BINARY: Final = frozenset(
    {
        "application/pdf",
        "application/gzip",
        "application/x-7z-compressed",
        "application/x-tar",
        "application/x-bzip2",
        "application/x-xz",
        "application/vnd.rar",
        "application/ogg",
    }
)
_ACTIVE: Final = frozenset({"image/svg+xml"})
_NAMES: Final = {
    "application/x-gzip": "application/gzip",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-zip-compressed": _ZIP,
    "application/csv": "text/csv",
    "text/json": "application/json",
    "text/x-markdown": "text/markdown",
    "text/rtf": "application/rtf",
    "image/jpg": "image/jpeg",
    "image/x-ms-bmp": "image/bmp",
    "image/vnd.microsoft.icon": "image/x-icon",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/mp3": "audio/mpeg",
}
"""Several names of one type."""
