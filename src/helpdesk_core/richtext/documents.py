"""Documents: formatted text as ProseMirror keeps it, with the node names of Tiptap's StarterKit and its
image.

A document is plain JSON: `{"type": "doc", "content": [blocks]}`. Blocks are paragraph, heading, bulletList
and orderedList of listItem, blockquote, codeBlock, horizontalRule, image; a paragraph or heading holds text
with marks, hardBreak and image.
"""

from typing import Any

from helpdesk_core.charsets import unix_lines

Document = dict[str, Any]
"""A document that `check_document` has passed, or that was made here."""

MAX_DEPTH = 50
"""Nodes within nodes: the document itself is counted, the texts are not."""

MAX_NODES = 50_000

MAX_CHARACTERS = 1_000_000
"""Of all texts together."""

MAX_LINES = 10_000
"""Lines of a text that become nodes of their own; a text of more becomes one block of code."""

LONGEST_ATTRIBUTE = 2_000
"""Characters of a title, a description of an image, a language."""


class BadDocument(ValueError):
    """The value is no document of the desk's; `path` says where."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path, self.message = path, message


def document_from_text(text: str) -> Document:
    """The text as a document: paragraphs where blank lines stand, line breaks within. Total.

    `text_of` gives back the same text, cleaned (`unix_lines`) and cut at MAX_CHARACTERS.
    """
    cleaned = unix_lines(text)[:MAX_CHARACTERS]
    if cleaned.count("\n") > MAX_LINES:
        return block("doc", [block("codeBlock", [text_node(cleaned)])])
    return block("doc", [_paragraph(lines) for lines in cleaned.split("\n\n")])


def block(kind: str, content: list[Document], **attributes: object) -> Document:
    """A node with what is inside, and its attributes."""
    node: Document = {"type": kind}
    if attributes:
        node["attrs"] = attributes
    if content:
        node["content"] = content
    return node


def text_node(text: str) -> Document:
    """Text, which must not be empty, without marks."""
    return {"type": "text", "text": text}


def _paragraph(lines: str) -> Document:
    content: list[Document] = []
    for index, line in enumerate(lines.split("\n")):
        if index:
            content.append({"type": "hardBreak"})
        if line:
            content.append(text_node(line))
    return block("paragraph", content)
