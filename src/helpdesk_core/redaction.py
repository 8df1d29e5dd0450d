"""Redaction: words of a message are blacked out, for good.

What was formatted is made anew from the document, and a translation is dropped, so that no form of the message keeps
what another has lost.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote_plus

from attrs import evolve

from helpdesk_core.afterwords import ORIGINAL, PART_COUNT, PARTS, RETIRED, VERSIONS
from helpdesk_core.conversations import Conversation, Document
from helpdesk_core.correspondences import WAY
from helpdesk_core.errors import InvalidValue
from helpdesk_core.message_sendings import SENT_PARTS
from helpdesk_core.messages import BEGAN, MARKS
from helpdesk_core.richtext import document_from_text, html_of, text_of
from helpdesk_core.sendings import SENDING

MASK = "█████"
"""What is shown in place of words, however long they were; none of it is a word that could be found."""


_OF_SENDING = frozenset({SENDING, SENT_PARTS, PARTS, PART_COUNT, RETIRED, WAY})
"""What is noted of how an answer leaves: it says nothing of what it says."""
_WORDS = frozenset({VERSIONS, ORIGINAL, MARKS, BEGAN})
"""What is noted of a message in its author's words."""


def redacted_wholly(conversation: Conversation) -> Conversation:
    """The message without any of its words, files and subject; who wrote it when, and its ids, stay."""
    content = document_from_text(MASK)
    kept = {key: value for key, value in conversation.metadata.items() if key in _OF_SENDING}
    return evolve(
        conversation,
        content=content,
        content_text=text_of(content),
        content_html=html_of(content),
        mail=evolve(conversation.mail, subject=None),
        attachment_ids=(),
        raw_id=None,
        warnings=(),
        metadata=kept,
        language=None,
        translation=None,
        new_text=None,
        new_html=None,
    )


def redacted(conversation: Conversation, words: str) -> Conversation:
    """The message without these words, wherever they stand in it, whatever their case and the blanks between them.

    It is no longer kept as it came, since that cannot be changed.
    Each line of `words` is looked for by itself. InvalidValue for one that does not occur, or that has no letter or
    digit. Links that lead by the words end, and an image goes whose address or description tells them.
    """
    patterns = tuple(_pattern(line) for line in words.splitlines() if line.strip())
    if not patterns:
        raise InvalidValue("text", "must have words")
    content, text, subject = conversation.content, conversation.content_text, conversation.mail.subject
    elsewhere = (conversation.translation and conversation.translation.text) or ""
    for pattern in patterns:
        masked = _masked_node(content, pattern)
        # A mail's text and its HTML are two letters in one envelope: the words may stand in either of them.
        if masked == content and not pattern.search(text) and not pattern.search(elsewhere):
            raise InvalidValue("text", "does not occur in this message")
        content = masked
    told, new_text = text_of(content), conversation.new_text
    for pattern in patterns:
        told = pattern.sub(MASK, told)
        new_text = pattern.sub(MASK, new_text) if new_text is not None else None
        subject = pattern.sub(MASK, subject) if subject is not None else None
    return evolve(
        conversation,
        content=content,
        content_text=told,
        content_html=html_of(content),
        new_text=new_text,
        new_html=None,
        raw_id=None,
        metadata={key: value for key, value in conversation.metadata.items() if key not in _WORDS},
        translation=None,
        mail=evolve(conversation.mail, subject=subject),
    )


def _pattern(line: str) -> re.Pattern[str]:
    words = line.split()
    if MASK[0] in line or not any(character.isalnum() for character in line):
        raise InvalidValue("text", "must have a letter or a digit in each line, and nothing redacted already")
    return re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)


def _masked_node(node: Document, pattern: re.Pattern[str]) -> Document:
    if node["type"] == "image" and _tells(node, pattern):
        return _BLACK
    masked = dict(node)
    if node["type"] in _LINES:
        masked["content"] = list(_masked_line(node.get("content", ()), pattern))
    elif "content" in node:
        masked["content"] = [_masked_node(child, pattern) for child in node["content"]]
    if node["type"] == "codeBlock" and _tells(node, pattern):
        del masked["attrs"]
    return masked if masked.get("content") != [] else {k: v for k, v in masked.items() if k != "content"}


_LINES = frozenset({"paragraph", "heading", "codeBlock"})
_BLACK: Document = document_from_text(MASK)["content"][0]


def _masked_line(content: Sequence[Document], pattern: re.Pattern[str]) -> Iterator[Document]:
    """Inline nodes, with the words blacked out even where they go on from one node to the next."""
    told = "".join(_told(node) for node in content)
    spans = [match.span() for match in pattern.finditer(told)]
    at = 0
    for node in content:
        end = at + len(_told(node))
        within = [(max(a, at) - at, min(b, end) - at, a >= at) for a, b in spans if a < end and b > at]
        at = end
        if node["type"] == "text":
            text = _cut(node["text"], within)
            if text:
                yield _unlinked({**node, "text": text}, pattern)
        elif node["type"] == "image" and _tells(node, pattern):
            yield {"type": "text", "text": MASK}
        elif not within:
            yield node


def _told(node: Document) -> str:
    match node["type"]:
        case "text":
            return str(node["text"])
        case "hardBreak":
            return "\n"
        case _:
            return "\ufffc"


def _cut(text: str, spans: Sequence[tuple[int, int, bool]]) -> str:
    """The text without the spans; a mask stands where one begins."""
    kept: list[str] = []
    at = 0
    for start, end, begins in spans:
        kept += [text[at:start], MASK if begins else ""]
        at = end
    return "".join((*kept, text[at:]))


def _unlinked(node: Document, pattern: re.Pattern[str]) -> Document:
    kept = [mark for mark in node.get("marks", ()) if not _tells(mark, pattern)]
    bare = {name: value for name, value in node.items() if name != "marks"}
    return {**bare, "marks": kept} if kept else bare


def _tells(thing: dict[str, Any], pattern: re.Pattern[str]) -> bool:
    """Whether an attribute of a node or mark holds the words: an address, a title, a description."""
    values = [value for value in thing.get("attrs", {}).values() if isinstance(value, str)]
    return any(pattern.search(told) for value in values for told in (value, unquote_plus(value)))
