"""Showing: the new part of a mail's HTML, and its images: those that came along in place, those from elsewhere only
where they are wanted.
"""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from urllib.parse import unquote

from attrs import evolve

from helpdesk_core.conversations import Conversation
from helpdesk_core.email.laid_out import lay_out
from helpdesk_core.email.mail import Mail, MailPart
from helpdesk_core.email.replies import MOST_LINES, split_reply
from helpdesk_core.richtext import (
    Document,
    document_from_text,
    html_of,
    sanitize_html,
    without_remote_images,
)
from helpdesk_core.richtext.sanitizing import escaped_attribute


def new_html_of(html: str, new_text: str | None) -> str | None:
    """What of the HTML was written for this message, safe to show; None where nothing can be told from it. Total.

    `new_text` is the new part of the mail's text, None: all of it. Whatever is new there is new here too: HTML in
    which these words are not found is not cut, since its marks and the text must then mean different things.
    """
    if new_text is None and _MARKS.search(html) is None:
        return None
    laid = lay_out(html)
    if len(laid.lines) > MOST_LINES:
        return None
    reply = split_reply("\n".join(laid.lines))
    kept = _places(laid.lines, reply.new.split("\n"))
    if all(at in kept for at, line in enumerate(laid.lines) if line):
        return None
    told = _words("\n".join(laid.lines[at] for at in kept | laid.named))
    if new_text is not None and not _words(new_text) <= told:
        return None
    return without_remote_images(sanitize_html(laid.written(kept)))


def new_html_shown(message: Conversation) -> str | None:
    """The new part of a message as HTML; None: all of it is new."""
    if message.new_html is not None or message.new_text is None:
        return message.new_html
    return html_of(document_from_text(message.new_text))


_MARKS = re.compile(
    r"""gmail_quote|gmail_attr|type=["']?cite|yahoo_quoted|moz-cite|divRplyFwdMsg|OutlookMessageHeader"""
    r"""|protonmail_quote|zmail_extra|tutanota_quote|reference-message""",
    re.IGNORECASE,
)


def _places(lines: Sequence[str], wanted: Sequence[str]) -> frozenset[int]:
    """Where the wanted lines stand, which are some of the others in the same order, or their beginnings."""
    found: list[int] = []
    at = 0
    for line in wanted:
        here = at
        while here < len(lines) and not (
            lines[here].rstrip() == line or (line and lines[here].startswith(line))
        ):
            here += 1
        if here < len(lines):
            found.append(here)
            at = here + 1
    return frozenset(found)


_ADDRESSES_AND_REMARKS = re.compile(r"<?https?://\S{1,2000}|<?mailto:\S{1,500}|\[[^\[\]\n]{1,300}\]")
_WORD = re.compile(r"\w+")


def _words(text: str) -> frozenset[str]:
    """The words but for those that making text of HTML adds: addresses of links, names of images."""
    return frozenset(_WORD.findall(_ADDRESSES_AND_REMARKS.sub(" ", text).casefold()))


# ------------------------------------------------------------------ images


def with_located_images(mail: Mail) -> Mail:
    """The mail, its HTML naming parts by Content-ID that it named by Content-Location (RFC 2557 §5, RFC 2392)."""
    html = mail.html
    if html is None or all(part.content_location is None for part in mail.parts):
        return mail
    parts: list[MailPart] = []
    for number, part in enumerate(mail.parts):
        place = part.content_location
        pattern = (
            re.compile(rf"""(\ssrc\s*=\s*["']?){re.escape(place)}(?=["'\s>])""", re.IGNORECASE) if place else None
        )
        if pattern is not None and part.content_id is None and pattern.search(html):
            name = f"located-{number}@mail.invalid"
            html = pattern.sub(rf"\g<1>cid:{name}", html)
            part = evolve(part, content_id=name, inline=True)
        parts.append(part)
    return evolve(mail, html=html, parts=tuple(parts))


def content_key(content_id: str) -> str:
    """What two spellings of one Content-ID share."""
    return unquote(content_id).strip("<> ").casefold()


def shown_html(html: str, images: Mapping[str, str], *, remote: bool) -> str:
    """Sanitized HTML as a page shows it: `cid:` images at the addresses that `images` has by their `content_key`.

    One that is not there has no `src`. With `remote`, images from elsewhere are fetched by whoever looks at it;
    without, they bear their address as `data-remote-src`.
    """
    if "<img" not in html:
        return html
    placed = _CID_IMAGE.sub(lambda found: found[1] + _source(found[2], images), html)
    return _BLOCKED.sub(r"\1src=", placed) if remote else without_remote_images(placed)


def shown_document(document: Document, images: Mapping[str, str]) -> Document:
    """The document with its `cid:` images at their addresses; one that is not there stays as it is."""
    return _placed(document, images) if _has_image(document) else document


_CID_IMAGE = re.compile(r"""(<img(?: [^<>]*?)? )src="cid:([^"<>]*)\"""", re.IGNORECASE)
_BLOCKED = re.compile(r"""(<img(?: [^<>]*?)? )data-remote-src=(?="https?:)""", re.IGNORECASE)


def _source(content_id: str, images: Mapping[str, str]) -> str:
    address = images.get(content_key(unescape(content_id)))
    return f'src="{escaped_attribute(address)}"' if address is not None else ""


def _has_image(node: Document) -> bool:
    return node.get("type") == "image" or any(map(_has_image, node.get("content", ())))


def _placed(node: Document, images: Mapping[str, str]) -> Document:
    if node.get("type") == "image":
        source = str(node.get("attrs", {}).get("src", ""))
        if source[:4].lower() != "cid:":
            return node
        address = images.get(content_key(source[4:]))
        return node if address is None else {**node, "attrs": {**node["attrs"], "src": address}}
    if "content" not in node:
        return node
    return {**node, "content": [_placed(child, images) for child in node["content"]]}
