"""Images of a mail: those that came along are shown in place, those from elsewhere only where they are wanted."""

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import unquote

from attrs import evolve

from helpdesk_core.email.mail import Mail, MailPart
from helpdesk_core.richtext import Document, without_remote_images
from helpdesk_core.richtext.sanitizing import escaped_attribute


def with_located_images(mail: Mail) -> Mail:
    """The mail, its HTML naming parts by Content-ID that it named by Content-Location (RFC 2557 §5, RFC 2392)."""
    html = mail.html
    if html is None or all(part.content_location is None for part in mail.parts):
        return mail
    parts: list[MailPart] = []
    for number, part in enumerate(mail.parts):
        place = part.content_location
        pattern = (
            re.compile(rf"""(\ssrc\s*=\s*["']?){re.escape(place)}(?=["'\s>])""", re.IGNORECASE)
            if place
            else None
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
