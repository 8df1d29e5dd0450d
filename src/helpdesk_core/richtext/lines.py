"""A document's lines of text, to be put into other words: each with signs for what is formatted in it.

A run of formatted text stands between `<1>` and `</1>`, an image is `<2/>`, numbered within the line; a line break is
one. Code and whatever has no letters is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from helpdesk_core.richtext.documents import Document, text_node

_SIGN = re.compile(r"<(/?)(\d{1,4})(/?)>")
_LINES = frozenset({"paragraph", "heading"})


def lines_of(document: Document) -> tuple[str, ...]:
    """The lines that have words, in their order. Total."""
    return tuple(_told(node) for node in _nodes(document))


def with_lines(document: Document, lines: Sequence[str]) -> Document:
    """The document with these lines in the place of its own, as many as `lines_of` has.

    Signs may stand in another order. Where one is missing or stands twice, the line loses its formatting and keeps its
    images and the addresses of its links.
    """
    replaced = iter(lines)
    return _with(document, replaced)


def _nodes(node: Document) -> Iterator[Document]:
    if node.get("type") in _LINES:
        if _has_words(node):
            yield node
        return
    for inside in node.get("content", ()):
        yield from _nodes(inside)


def _with(node: Document, lines: Iterator[str]) -> Document:
    if node.get("type") in _LINES:
        return {**node, "content": _relined(node, next(lines))} if _has_words(node) else node
    if "content" not in node:
        return node
    return {**node, "content": [_with(inside, lines) for inside in node["content"]]}


def _has_words(node: Document) -> bool:
    texts = (inside.get("text", "") for inside in node.get("content", ()))
    return any(character.isalpha() for text in texts for character in text)


def _told(node: Document) -> str:
    """The line; one that has such signs among its words is told without any of ours."""
    content = node["content"]
    plain = _plain(content)
    if _SIGN.search(plain):
        return plain
    told, number = [], 0
    for inside in content:
        if inside["type"] == "hardBreak":
            told.append("\n")
        elif inside["type"] != "text":
            number += 1
            told.append(f"<{number}/>")
        elif inside.get("marks"):
            number += 1
            told.append(f"<{number}>{inside['text']}</{number}>")
        else:
            told.append(inside["text"])
    return "".join(told)


def _plain(content: Sequence[Document]) -> str:
    return "".join("\n" if one["type"] == "hardBreak" else one.get("text", "") for one in content)


def _relined(node: Document, line: str) -> list[Document]:
    content = node["content"]
    marked = [one for one in content if one["type"] not in ("text", "hardBreak") or one.get("marks")]
    signed = None if _SIGN.search(_plain(content)) else _signed(line, marked)
    if signed is not None:
        return signed
    told = line if _SIGN.search(_plain(content)) else _SIGN.sub("", line)
    lost = [href for one in marked for href in _links(one) if href not in told]
    whole = " ".join((told, *(f"({href})" for href in dict.fromkeys(lost))))
    return [*_runs(whole), *(one for one in marked if one["type"] != "text")]


def _signed(line: str, marked: Sequence[Document]) -> list[Document] | None:
    """The line as nodes; None where its signs are not exactly those of `marked`, each in itself."""
    nodes: list[Document] = []
    seen: set[int] = set()
    at, open_ = 0, 0
    for sign in _SIGN.finditer(line):
        closes, number, alone = bool(sign[1]), int(sign[2]), bool(sign[3])
        words = line[at : sign.start()]
        at = sign.end()
        if closes:
            if alone or number != open_:
                return None
            nodes += _runs(words, marked[number - 1])
            open_ = 0
            continue
        if open_ or number in seen or not 1 <= number <= len(marked):
            return None
        if alone == (marked[number - 1]["type"] == "text"):
            return None
        seen.add(number)
        nodes += _runs(words)
        if alone:
            nodes.append(marked[number - 1])
        else:
            open_ = number
    if open_ or len(seen) != len(marked):
        return None
    return [*nodes, *_runs(line[at:])]


def _runs(text: str, like: Mapping[str, Any] | None = None) -> list[Document]:
    """Text with its breaks, formatted as another node is."""
    marks = {"marks": like["marks"]} if like is not None else {}
    nodes: list[Document] = []
    for place, piece in enumerate(text.split("\n")):
        if place:
            nodes.append({"type": "hardBreak"})
        if piece:
            nodes.append({**text_node(piece), **marks})
    return nodes


def _links(node: Document) -> list[str]:
    marks = [mark for mark in node.get("marks", ()) if mark["type"] == "link"]
    return [str(mark["attrs"]["href"]) for mark in marks if mark.get("attrs", {}).get("href")]
