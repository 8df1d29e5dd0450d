"""Rendering: a document as plain text and as HTML."""

import re
from collections.abc import Iterable, Sequence

from helpdesk_core.charsets import unix_lines
from helpdesk_core.richtext.documents import Document
from helpdesk_core.richtext.sanitizing import LINK_MANNERS, escaped, escaped_attribute


def text_of(document: Document) -> str:
    """The words of a document for reading: blank lines between blocks, `- ` and numbers before list items, `>
    ` before quoted lines, a link's address in parentheses where the text does not tell it.
    """
    return "\n\n".join(_block_text(block) for block in document.get("content", ()))


def html_of(document: Document) -> str:
    """The document as HTML. Sanitizing it changes nothing: it is safe by the way it is made."""
    return "".join(_block_html(block) for block in document.get("content", ()))


def _block_text(block: Document) -> str:
    content: Sequence[Document] = block.get("content", ())
    match block["type"]:
        case "blockquote":
            quoted = "\n\n".join(map(_block_text, content))
            return "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))
        case "bulletList":
            return "\n".join(_item_text(item, "- ") for item in content)
        case "orderedList":
            first = block.get("attrs", {}).get("start", 1)
            return "\n".join(_item_text(item, f"{first + index}. ") for index, item in enumerate(content))
        case "horizontalRule":
            return "---"
        case "image":
            return _image_text(block)
    return _inline_text(content)


def _item_text(item: Document, bullet: str) -> str:
    lines = "\n".join(map(_block_text, item.get("content", ()))).split("\n")
    indent = " " * len(bullet)
    return "\n".join((indent if index else bullet) + line for index, line in enumerate(lines))


def _image_text(image: Document) -> str:
    alternative = image.get("attrs", {}).get("alt")
    return f"[{alternative}]" if alternative else ""


def _inline_text(content: Iterable[Document]) -> str:
    told: list[str] = []
    label: list[str] = []
    link: str | None = None
    for node in content:
        href = _link_of(node)
        if href != link:
            told.append(_with_address("".join(label), link))
            label, link = [], href
        match node["type"]:
            case "hardBreak":
                label.append("\n")
            case "image":
                label.append(_image_text(node))
            case _:
                label.append(node["text"])
    told.append(_with_address("".join(label), link))
    return "".join(told)


def _link_of(node: Document) -> str | None:
    return next((mark["attrs"]["href"] for mark in node.get("marks", ()) if mark["type"] == "link"), None)


_HEAD_OF_LINK = re.compile(r"(?i)^(?:https?://)?(?:www\.)?|^mailto:")


def _with_address(label: str, link: str | None) -> str:
    if link is None or not label.strip():
        return label
    bare = _HEAD_OF_LINK.sub("", link)
    if bare.rstrip("/").casefold() in label.casefold():
        return label
    return f"{label.rstrip()} ({link.removeprefix('mailto:')}){label[len(label.rstrip()) :]}"


_BLOCK_TAGS = {"paragraph": "p", "blockquote": "blockquote", "bulletList": "ul", "listItem": "li"}
# From the outside in.
_MARK_TAGS = {"bold": "strong", "italic": "em", "underline": "u", "strike": "s", "code": "code"}


def _block_html(block: Document) -> str:
    kind, attributes = block["type"], block.get("attrs", {})
    inside = "".join(map(_block_html, block.get("content", ())))
    match kind:
        case "text":
            return _marked(block)
        case "hardBreak":
            return "<br>"
        case "horizontalRule":
            return "<hr>"
        case "image":
            told = ((name, attributes.get(name)) for name in ("src", "alt", "title"))
            return f"<img{''.join(_attribute(name, value) for name, value in told if value)}>"
        case "heading":
            return f"<h{attributes['level']}>{inside}</h{attributes['level']}>"
        case "orderedList":
            start = attributes.get("start", 1)
            return f"<ol{_attribute('start', str(start)) if start != 1 else ''}>{inside}</ol>"
        case "codeBlock":
            return f"<pre><code>{inside}</code></pre>"
    return f"<{_BLOCK_TAGS[kind]}>{inside}</{_BLOCK_TAGS[kind]}>"


def _marked(node: Document) -> str:
    html = escaped(unix_lines(node["text"]))
    marks = {mark["type"] for mark in node.get("marks", ())}
    for mark, tag in reversed(_MARK_TAGS.items()):
        if mark in marks:
            html = f"<{tag}>{html}</{tag}>"
    href = _link_of(node)
    if href is None:
        return html
    return f"<a{_attribute('href', href)}{LINK_MANNERS}>{html}</a>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escaped_attribute(value)}"'
