"""Checking: whether what came from outside is a document of the desk's."""

from collections.abc import Iterator, Mapping
from typing import Any

from helpdesk_core.charsets import one_line, unix_lines
from helpdesk_core.richtext.documents import (
    LONGEST_ATTRIBUTE,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_NODES,
    BadDocument,
    Document,
    block,
    text_node,
)
from helpdesk_core.richtext.sanitizing import is_safe_image, is_safe_link


def check_document(value: object) -> Document:
    """A clean copy of a document that came from outside: known nodes, marks and attributes, storable texts.

    Raises BadDocument for nodes where they do not belong or that nobody knows, links that lead to something
    other than http, https or mailto, and what is too deep or too large. Unknown attributes are left out.
    """
    return _Checker().document(value)


class _Checker:
    """One check; it counts as it goes, and asks about a link once."""

    def __init__(self) -> None:
        self._nodes = 0
        self._characters = 0
        self._links: dict[str, bool] = {}

    def document(self, value: object) -> Document:
        if not isinstance(value, Mapping) or value.get("type") != "doc":
            raise BadDocument("", 'must be an object of the type "doc"')
        return self._node("doc", value, "", 1)

    def _node(self, kind: str, value: Mapping[Any, Any], path: str, depth: int) -> Document:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise BadDocument(path, f"is one node more than the {MAX_NODES} that a document may have")
        if depth > MAX_DEPTH:
            raise BadDocument(path, f"is deeper than {MAX_DEPTH} nodes")
        attributes = _attributes(kind, value.get("attrs"), path)
        if kind not in _INSIDE:
            return block(kind, [], **attributes)
        content = list(self._content(kind, value.get("content"), path, depth))
        if not content and kind in ("doc", "blockquote", "listItem"):
            content = [block("paragraph", [])]
        return block(kind, content, **attributes)

    def _content(self, kind: str, value: object, path: str, depth: int) -> Iterator[Document]:
        where = f"{path}.content" if path else "content"
        if value is None:
            return
        if not isinstance(value, list):
            raise BadDocument(where, "must be a list of nodes")
        for index, child in enumerate(value):
            here = f"{where}[{index}]"
            found = child.get("type") if isinstance(child, Mapping) else None
            if not isinstance(found, str) or found not in _INSIDE[kind]:
                raise BadDocument(here, f"a {_shown(found)} does not belong into a {kind}")
            if found != "text":
                yield self._node(found, child, here, depth + 1)
            elif (node := self._text(child, here, marked=kind != "codeBlock")) is not None:
                yield node

    def _text(self, value: Mapping[Any, Any], path: str, marked: bool) -> Document | None:
        """Nothing for an empty text: editors leave them behind, and ProseMirror does not take them back."""
        text, marks = value.get("text"), value.get("marks")
        if not isinstance(text, str):
            raise BadDocument(f"{path}.text", "must be a text")
        self._nodes += 1
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS or self._nodes > MAX_NODES:
            raise BadDocument(
                path, f"is beyond the {MAX_CHARACTERS} characters, {MAX_NODES} nodes of a document"
            )
        node = text_node(unix_lines(text))
        if marks is not None and not isinstance(marks, list):
            raise BadDocument(f"{path}.marks", "must be a list of marks")
        if marks and marked:
            each = [self._mark(mark, f"{path}.marks[{index}]") for index, mark in enumerate(marks)]
            node["marks"] = list({mark["type"]: mark for mark in each}.values())
        return node if node["text"] else None

    def _mark(self, value: object, path: str) -> Document:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or kind not in _MARKS:
            raise BadDocument(path, f"a {_shown(kind)} is no mark")
        if kind != "link":
            return {"type": kind}
        attributes = value.get("attrs")
        href = attributes.get("href") if isinstance(attributes, Mapping) else None
        if not isinstance(href, str) or not self._links.setdefault(href, is_safe_link(href)):
            raise BadDocument(f"{path}.attrs.href", "must be a link that begins with http, https or mailto")
        return {"type": "link", "attrs": {"href": href}}


_MARKS = frozenset({"bold", "italic", "strike", "code", "underline", "link"})
_INLINE = frozenset({"text", "hardBreak", "image"})
_BLOCKS = frozenset(
    "paragraph heading bulletList orderedList blockquote codeBlock horizontalRule image".split()
)
_INSIDE = {
    "doc": _BLOCKS,
    "blockquote": _BLOCKS,
    "listItem": _BLOCKS,
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "paragraph": _INLINE,
    "heading": _INLINE,
    "codeBlock": frozenset({"text"}),
}


def _attributes(kind: str, value: object, path: str) -> dict[str, object]:
    """The attributes that a node of that kind has, of those it bears."""
    told: Mapping[Any, Any] = value if isinstance(value, Mapping) else {}
    match kind:
        case "heading":
            return {"level": _whole(told.get("level", 1), 1, 6, f"{path}.attrs.level")}
        case "orderedList" if told.get("start") is not None:
            return {"start": _whole(told["start"], 0, 1_000_000, f"{path}.attrs.start")}
        case "codeBlock" if isinstance(told.get("language"), str):
            return {"language": one_line(told["language"])[:LONGEST_ATTRIBUTE]}
        case "image":
            source = told.get("src")
            if not isinstance(source, str) or not is_safe_image(source):
                raise BadDocument(
                    f"{path}.attrs.src", "must be an image's address that begins with http, https or cid"
                )
            said = {
                name: one_line(told[name]) for name in ("alt", "title") if isinstance(told.get(name), str)
            }
            return {"src": source, **{name: text[:LONGEST_ATTRIBUTE] for name, text in said.items()}}
    return {}


def _whole(value: object, least: int, most: int, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadDocument(path, f"must be a whole number from {least} to {most}")
    return value


def _shown(kind: object) -> str:
    return f'"{one_line(kind)[:40]}"' if isinstance(kind, str) else "value without a type"
