"""Files in the midst of a text: how programs before MIME, and some gateways since, attach them (uuencode, POSIX)."""

import binascii
import re
from itertools import islice

from attrs import evolve

from helpdesk_core.charsets import one_line
from helpdesk_core.email.mail import Mail, MailPart

MAX_FILES = 50
"""Beginnings of files that are looked at in one text."""


def with_files_apart(mail: Mail) -> Mail:
    """The mail, its text without the files that stand in it, each of which is among its parts."""
    text, files = without_uuencoded(mail.text)
    known = {part.content for part in mail.parts}
    apart = [
        MailPart(name.replace("/", "_") or "attachment.bin", "application/octet-stream", content)
        for name, content in files
        if content not in known
    ]
    return evolve(mail, text=text.strip(), parts=(*mail.parts, *apart)) if files else mail


def without_uuencoded(text: str) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """The text without the files in it, and these by name. What is not whole stays in the text. Total."""
    if "begin " not in text:
        return text, ()
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    position = 0
    for begun in islice(_BEGIN.finditer(text), MAX_FILES):
        if begun.start() < position:
            continue
        end = _END.search(text, begun.end())
        if end is None:
            break
        content = _content(text[begun.end() : end.start()])
        if content is not None:
            kept.append(text[position : begun.start()])
            files.append((one_line(begun[1]), content))
            position = end.end()
    return "".join((*kept, text[position:])), tuple(files)


_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,255})\n", re.MULTILINE)
_END = re.compile(r"^end[ \t]*(?:\n|\Z)", re.MULTILINE)


def _content(block: str) -> bytes | None:
    """The bytes, or None if a line is none of uuencode's: then somebody only writes about beginnings and ends."""
    decoded: list[bytes] = []
    for line in block.encode("utf-8", "replace").splitlines():
        length = (line[0] - 32 & 63) if line else 0
        if not length:
            continue
        try:
            decoded.append(binascii.a2b_uu(line[: 1 + (length + 2) // 3 * 4]))
        except binascii.Error:
            return None
    return b"".join(decoded) if decoded else None
