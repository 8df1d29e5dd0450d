"""Texts: what the words of a part are, and how those of several parts go together."""

import binascii
import re
from collections.abc import Sequence
from html import escape

from attrs import frozen

from helpdesk_core.charsets import decode, decode_base64, is_known_charset, unix_lines
from helpdesk_core.email.calendars import event_lines
from helpdesk_core.email.rtf import read_rtf
from helpdesk_core.richtext import html_to_text

MAX_TEXT = 1_000_000
"""Characters of a plain text that are shown; of more, the whole is kept as a file besides."""

MAX_HTML = 2_000_000
"""The same for HTML."""


@frozen
class Said:
    """What a part says: as text, as HTML, or the same in both ways."""

    text: str | None = None
    html: str | None = None


def decode_content(raw: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The bytes behind a Content-Transfer-Encoding, and what was wrong with it. What cannot be decoded stays."""
    named = _TOKEN.match(encoding.strip().lower())
    match named[0] if named is not None else "":
        case "" | "7bit" | "8bit" | "binary":
            return raw, None
        case "base64":
            return decode_base64(raw), None
        case "quoted-printable":
            return binascii.a2b_qp(_BLANK_SOFT_BREAK.sub(rb"=\1", raw)), None
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _uudecoded(raw), None
    return raw, "A part is encoded in a way that is not known."


def read_text(content: bytes, content_type: str, parameters: dict[str, str]) -> tuple[Said, str | None, bool]:
    """The words of a text/plain or text/html part, what is wrong with its charset, and whether they were cut
    short.
    """
    charset = parameters.get("charset")
    complaint = (
        "A part names a charset that is not known." if charset and not is_known_charset(charset) else None
    )
    if content_type == "text/html":
        if not charset or complaint is not None:
            told = _META_CHARSET.search(content, 0, 2_048)
            charset = told[1].decode("ascii") if told is not None else charset
        html = unix_lines(decode(content, charset)).removeprefix("\ufeff")
        return Said(html=html[:MAX_HTML]), complaint, len(html) > MAX_HTML
    text = unix_lines(decode(content, charset)).removeprefix("\ufeff")
    if _IS_HTML.match(text) is not None:  # whatever it is called
        return Said(html=text[:MAX_HTML]), complaint, len(text) > MAX_HTML
    if parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, delete_space=parameters.get("delsp", "").lower() == "yes")
    return Said(text=text[:MAX_TEXT]), complaint, len(text) > MAX_TEXT


def words_of_file(content: bytes, content_type: str, parameters: dict[str, str]) -> Said | None:
    """The words of a file that may stand for a text if there is none: a named text, an invitation, RTF; else None."""
    if content_type in ("text/rtf", "text/richtext", "application/rtf") and content.startswith(b"{\\rtf"):
        text, html = read_rtf(content)
        return Said(text and text[:MAX_TEXT], html and html[:MAX_HTML])
    if not content_type.startswith("text/"):
        return None
    said, _, _ = read_text(content, content_type, parameters)
    if content_type == "text/calendar":
        return Said(event_lines(said.text or "") or said.text)
    if content_type in ("text/enriched", "text/richtext"):  # RFC 1896: tags, and `<<` for `<`
        return Said(_TAG.sub(lambda tag: "<" if tag[0] == "<<" else "", said.text or ""))
    return said


def as_alternatives(said: Sequence[Sequence[Said]]) -> list[Said]:
    """The parts of a multipart/alternative, each all it says, as one that says the same in both ways.

    Should two of them be of one kind and differ, both are kept.
    """
    each = [joined(parts) for parts in said if parts]
    texts = dict.fromkeys(one.text for one in each if one.html is None and one.text and one.text.strip())
    htmls = dict.fromkeys(one.html for one in each if one.html and one.html.strip())
    text, html = "\n\n".join(texts), "\n".join(htmls)
    return [Said(text or None, html or None)] if text or html else []


def joined(said: Sequence[Said]) -> Said:
    """Texts that follow one another as one; in HTML too as soon as one of them is."""
    if len(said) == 1:
        return said[0]
    said = [one for one in said if (one.text or "").strip() or (one.html or "").strip()]
    text = "\n\n".join(filter(None, (_trimmed(readable(one)) for one in said)))
    if all(one.html is None for one in said):
        return Said(text=text)
    return Said(text=text, html="\n".join(one.html or _as_html(one.text or "") for one in said))


def readable(said: Said) -> str:
    """The words; if there is only HTML, those that a reader would see in it."""
    if said.text is not None and (said.html is None or said.text.strip()):
        return said.text
    return html_to_text(said.html or "")


def unflowed(text: str, delete_space: bool) -> str:
    """The paragraphs of format=flowed text, each on a line of its own again (RFC 3676 §4)."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        quotes = len(line) - len(line.lstrip(">"))
        words = line[quotes:].removeprefix(" ")
        is_signature = words == "-- "
        flows = words.endswith(" ") and not is_signature
        if flows and delete_space:
            words = words[:-1]
        if open_depth == quotes and not is_signature:
            paragraphs[-1].append(words)
        else:
            paragraphs.append([">" * quotes, " " if quotes else "", words])
        open_depth = quotes if flows else None
    return "\n".join(map("".join, paragraphs))


_TOKEN = re.compile(r"[a-z0-9-]+")
_IS_HTML = re.compile(
    r"\s{0,20}(?:<!doctype html\b[^<>]{0,300}>\s{0,20}<html\b|<html\b[^<>]{0,500}>\s{0,20}<)", re.IGNORECASE
)
_TAG = re.compile(r"<<|</?[A-Za-z][^<>\n]{0,40}>")
_BLANK_SOFT_BREAK = re.compile(rb"=[ \t]+(\r?\n)")
_META_CHARSET = re.compile(rb"""(?i)<meta\b[^>]*?\bcharset\s*=\s*["']?([a-z0-9_:.-]{1,60})""")


def _trimmed(text: str) -> str:
    return text.lstrip("\n").rstrip()


def _as_html(text: str) -> str:
    return f"<div>{escape(_trimmed(text), quote=False)}</div>".replace("\n", "<br>\n")


def _uudecoded(raw: bytes) -> bytes:
    """Line by line; lines that are none are left out."""
    out: list[bytes] = []
    for line in raw.splitlines():
        if line.startswith((b"begin ", b"end")):
            continue
        length = (line[0] - 32 & 63) + 2 if line else 0
        try:
            out.append(binascii.a2b_uu(line[: 1 + length // 3 * 4]))
        except binascii.Error:
            continue
    return b"".join(out)
