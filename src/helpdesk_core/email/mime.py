"""MIME: the tree of parts inside a message, walked once, into texts and files (RFC 2045-2047, 2387, 3676).

The bytes are cut where the boundaries stand, so a part never costs more than its length, however it was made;
depth and number are bounded, and what is beyond a bound is kept in one piece instead of being taken apart.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from attrs import evolve, frozen

from helpdesk_core.charsets import decode_words, one_line, unix_lines
from helpdesk_core.email.headers import Headers, first, parse_parameters, read_headers
from helpdesk_core.email.mail import MailPart
from helpdesk_core.email.texts import (
    MAX_HTML,
    MAX_TEXT,
    Said,
    as_alternatives,
    decode_content,
    read_text,
    words_of_file,
)
from helpdesk_core.email.tnef import unwrap
from helpdesk_core.email.uuencoded import without_uuencoded
from helpdesk_core.message_ids import message_ids

MAX_PARTS = 500
"""Parts of one message that are taken apart."""

MAX_DEPTH = 30
"""Multiparts within multiparts that are opened."""

MAX_BOUNDARIES = 20 * MAX_PARTS
"""Places in one multipart that are looked at for a boundary; the part that is open then reaches to the end.
"""


@frozen
class Entity:
    """A part, or a whole message: its headers and where its body is in `raw`."""

    raw: bytes
    start: int
    """Where its headers begin."""
    body: int
    end: int
    headers: Headers
    content_type: str
    parameters: dict[str, str]


class Reader:
    """Collects the files and the doubts while the texts of a message are read."""

    def __init__(self) -> None:
        self.parts: list[MailPart] = []
        self.warnings: dict[str, None] = {}
        self.spare: Said | None = None
        """The first text that bears a file name but may be shown: the words, should there be no others."""
        self._left = MAX_PARTS

    def entity(self, raw: bytes, start: int, end: int, default: str = "text/plain") -> Entity:
        """The part that stands there; `default` is its type if it names none (RFC 2046 §5.1.5)."""
        headers, body, complaint = read_headers(raw, start, end)
        if complaint is not None:
            self.warn(complaint)
        named, parameters = parse_parameters(first(headers, "content-type") or default)
        proper = _CONTENT_TYPE.match(named)
        content_type = proper[0] if proper is not None else _NICKNAMES.get(named, default)
        return Entity(raw, start, body, end, headers, content_type, parameters)

    def read(self, entity: Entity, depth: int = 0, related: bool = False) -> list[Said]:
        """What the part says; its files are added to `parts`. `related`: it is there for another part's sake."""
        if not entity.content_type.startswith("multipart/"):
            return self._leaf(entity, related)
        if depth >= MAX_DEPTH:
            self._keep_whole(entity.raw[entity.start : entity.end], "nested.eml", "message/rfc822")
            return []
        cuts = tuple(self._cuts(entity))
        if not cuts:
            self.warn("A part is said to have parts, but none were found.")
            return self._leaf(entity, related)
        default = "message/rfc822" if entity.content_type == "multipart/digest" else "text/plain"
        said: list[list[Said]] = []
        for index, (start, end) in enumerate(cuts):
            if self._left <= 0:
                self._keep_whole(
                    entity.raw[start : cuts[-1][1]], "unread-parts.txt", "application/octet-stream"
                )
                break
            self._left -= 1
            rest_of_related = entity.content_type == "multipart/related" and index > 0
            said.append(
                self.read(self.entity(entity.raw, start, end, default), depth + 1, related or rest_of_related)
            )
        if entity.content_type == "multipart/alternative":
            return as_alternatives(said)
        return [one for of_part in said for one in of_part]

    def warn(self, sentence: str) -> None:
        """Note what could not be understood, once."""
        self.warnings[sentence] = None

    def _cuts(self, entity: Entity) -> Iterator[tuple[int, int]]:
        boundary = entity.parameters.get("boundary", "").encode("utf-8", "replace")
        cuts = tuple(_between(entity, boundary)) if boundary else ()
        if not cuts and boundary.endswith(b" ") and (bare := boundary.rstrip()):
            cuts = tuple(_between(entity, bare))
        if not cuts and (guess := _LIKELY_BOUNDARY.search(entity.raw, entity.body, entity.end)) is not None:
            self.warn("The boundary between the parts is not the one that was announced.")
            cuts = tuple(_between(entity, guess[1]))
        yield from cuts

    def _leaf(self, entity: Entity, related: bool) -> list[Said]:
        disposition, filename = _disposition(entity)
        encoding = first(entity.headers, "content-transfer-encoding") or ""
        content, complaint = decode_content(entity.raw[entity.body : entity.end], encoding)
        if complaint is not None:
            self.warn(complaint)
        content_type = "text/plain" if entity.content_type.startswith("multipart/") else entity.content_type
        told_id = first(entity.headers, "content-id") or ""
        ids = message_ids(told_id)
        content_id = ids[0] if ids else one_line(told_id.strip("<> ")) or None
        is_text = content_type in ("text/plain", "text/html") and disposition != "attachment"
        if is_text and not filename and not (related and content_id):
            said, complaint, too_long = read_text(content, content_type, entity.parameters)
            if complaint is not None:
                self.warn(complaint)
            if not too_long:
                self._add_files_of(said)
                return [said]
            self.warn("The text is too long to be shown whole; all of it is attached.")
            self._add(f"text.{_ENDINGS[content_type]}", content_type, content, None, False)
            return [said]
        if self.spare is None and disposition != "attachment":
            self.spare = words_of_file(content, content_type, entity.parameters)
        inline = content_type.startswith("image/") and (
            related or disposition == "inline" or (content_id is not None and disposition != "attachment")
        )
        name = filename or self._made_up_name(content_type, content)
        self._add(name, content_type, content, content_id, inline)
        if content_id is None and (place := first(entity.headers, "content-location")):
            self.parts[-1] = evolve(self.parts[-1], content_location=one_line(place).strip() or None)
        return self._unwrapped(content) if content_type in _TNEF or name.lower() == "winmail.dat" else []

    def _add_files_of(self, said: Said) -> None:
        """Files that stand in the midst of the words (uuencode); the words stay as they came."""
        for name, content in without_uuencoded(said.text or "")[1]:
            self._add(
                _clean_filename(name) or "attachment.bin", "application/octet-stream", content, None, False
            )

    def _unwrapped(self, content: bytes) -> list[Said]:
        """What Outlook has wrapped up: its files beside the wrapping itself, and its words if there are no others."""
        wrapped = unwrap(content)
        if wrapped is None:
            return []
        for file in wrapped.files:
            name = _clean_filename(file.filename)
            kind = file.content_type or ""
            content_type = kind if _CONTENT_TYPE.fullmatch(kind) else "application/octet-stream"
            inline = file.content_id is not None and content_type.startswith("image/")
            self._add(
                name or self._made_up_name(content_type, file.content),
                content_type,
                file.content,
                file.content_id,
                inline,
            )
        if self.spare is None and (wrapped.text or wrapped.html):
            self.spare = Said(
                wrapped.text and unix_lines(wrapped.text)[:MAX_TEXT], wrapped.html and wrapped.html[:MAX_HTML]
            )
        return []

    def _add(
        self, filename: str, content_type: str, content: bytes, content_id: str | None, inline: bool
    ) -> None:
        self.parts.append(MailPart(filename, content_type, content, content_id, inline))

    def _keep_whole(self, raw: bytes, filename: str, content_type: str) -> None:
        self.warn("The message has more parts than are taken apart; the rest is attached in one piece.")
        self._add(filename, content_type, raw, None, False)

    def _made_up_name(self, content_type: str, content: bytes) -> str:
        if content_type in ("message/rfc822", "message/global"):
            headers, _, _ = read_headers(content, 0, len(content))
            subject = _clean_filename(decode_words(first(headers, "subject") or "").replace("/", "-"))
            return f"{subject[:100].strip() or 'message'}.eml"
        kind, _, subtype = content_type.partition("/")
        stem = _STEMS.get(content_type) or (kind if kind in ("image", "audio", "video") else "attachment")
        return f"{stem}-{len(self.parts) + 1}.{_ENDINGS.get(content_type) or _ending(subtype)}"


_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_NICKNAMES = {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}
_LIKELY_BOUNDARY = re.compile(rb"(?im)^--([^\s]{1,200}?)[ \t]*\r?\ncontent-[a-z-]+[ \t]*:")
_ENDINGS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/rfc822-headers": "txt",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/feedback-report": "txt",
    "image/jpeg": "jpg",
    "image/svg+xml": "svg",
    "audio/mpeg": "mp3",
    "application/octet-stream": "bin",
    "application/pgp-signature": "asc",
    "application/pgp-encrypted": "asc",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/ms-tnef": "dat",
}
_STEMS = {
    "message/delivery-status": "delivery-status",
    "message/disposition-notification": "disposition-notification",
    "message/feedback-report": "feedback-report",
    "text/rfc822-headers": "headers",
    "text/calendar": "invitation",
    "application/pgp-signature": "signature",
    "application/pkcs7-signature": "signature",
    "application/x-pkcs7-signature": "signature",
}


def _ending(subtype: str) -> str:
    plain = subtype.removeprefix("x-").rpartition("+")[2]
    return plain if plain.isalnum() and len(plain) <= 8 else "bin"


def _between(entity: Entity, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end.

    A part that nobody closed ends with the whole. Parts behind the closing line are parts all the same: some
    programs write that line too early.
    """
    raw, end = entity.raw, entity.end
    marker = b"--" + boundary
    begun: int | None = None
    position = entity.body
    for _ in range(MAX_BOUNDARIES):
        at = raw.find(marker, position, end)
        if at < 0:
            break
        position = at + len(marker)
        if at > entity.body and raw[at - 1] != _LINE_FEED:
            continue
        line_end = raw.find(b"\n", position, end)
        following = line_end + 1 if line_end >= 0 else end
        rest = raw[position : min(following, position + 200)].strip()
        if rest not in (b"", b"--") or following > position + 200:
            continue
        if begun is not None:
            yield begun, _before_newline(raw, begun, at)
        begun = None if rest else following
        position = following
    if begun is not None:
        yield begun, end


_LINE_FEED = ord("\n")


def _before_newline(raw: bytes, start: int, end: int) -> int:
    """The line break in front of a boundary belongs to the boundary (RFC 2046 §5.1.1)."""
    if end > start and raw[end - 1] == _LINE_FEED:
        end -= 2 if end - 1 > start and raw[end - 2] == ord("\r") else 1
    return end


def _disposition(entity: Entity) -> tuple[str, str]:
    """Whether it is an attachment, and its file name, empty if it bears none."""
    value = first(entity.headers, "content-disposition") or ""
    disposition, parameters = parse_parameters(value) if value else ("", {})
    if "=?" in disposition:  # some programs encode the field as a whole
        disposition, parameters = parse_parameters(decode_words(value))
    name = (
        parameters.get("filename") or entity.parameters.get("name") or entity.parameters.get("filename") or ""
    )
    return disposition, _clean_filename(name)


def _clean_filename(name: str) -> str:
    """One line without a path, and without the marks that make `exe.jpg` of `gpj.exe`."""
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1]
    if "%" in name and _ESCAPED_BEYOND_ASCII.search(name) is not None:
        with suppress(UnicodeDecodeError):
            name = unquote_to_bytes(name).decode("utf-8")
    last = re.split(r"[/\\]", name)[-1] if re.match(r"[A-Za-z]:\\|\\\\|/|\.\.?[/\\]", name) else name
    return _TURNS.sub("", re.sub(r"[/\\]", "_", one_line(last)))[:255].strip()


_ESCAPED_BEYOND_ASCII = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
