"""Sections: what stands under which headings of an article."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from helpdesk_core.knowledge.pieces import MOST, words_in
from helpdesk_core.richtext import Document, document_from_html, text_of

LEAST = 25
"""Words: a section of fewer goes with the next one under the same outer headings, unless that is long."""
LONGEST_HEAD = 200
"""Characters of a heading; what is longer is no heading, whatever it says of itself."""


@frozen
class Section:
    """The words under a heading; `heads` are the headings from the outside in."""

    heads: tuple[str, ...]
    text: str


def sections_of(html: str) -> Sequence[Section]:
    """The sections in their order; those without words of their own are left out. Total, in time that grows with the
    text.
    """
    return list(_joined(_sections(document_from_html(html))))


def _sections(document: Document) -> Iterator[Section]:
    heads: list[tuple[int, str]] = []
    blocks: list[Document] = []
    for block in document.get("content", ()):
        head = _head_of(block)
        if head is None:
            blocks.append(block)
            continue
        yield _section(heads, blocks)
        blocks = []
        level = int(block["attrs"]["level"])
        heads = [(one, told) for one, told in heads if one < level] + [(level, head)]
    yield _section(heads, blocks)


def _section(heads: Sequence[tuple[int, str]], blocks: list[Document]) -> Section:
    return Section(tuple(told for _, told in heads), text_of({"type": "doc", "content": blocks}).strip())


def _head_of(block: Document) -> str | None:
    if block["type"] != "heading":
        return None
    told = " ".join(text_of({"type": "doc", "content": [block]}).split())
    return told if 0 < len(told) <= LONGEST_HEAD else None


def _joined(sections: Iterator[Section]) -> Iterator[Section]:
    held: list[Section] = []
    words = 0
    for section in sections:
        if not section.text:
            continue
        more = words_in(section.text)
        if held and (words >= LEAST or words + more > MOST or held[0].heads[:-1] != section.heads[:-1]):
            yield _together(held)
            held, words = [], 0
        held.append(section)
        words += more
    if held:
        yield _together(held)


def _together(sections: Sequence[Section]) -> Section:
    """Their own headings become words of what they are now."""
    if len(sections) == 1:
        return sections[0]
    texts = ("\n".join((*section.heads[-1:], section.text)) for section in sections)
    return Section(sections[0].heads[:-1], "\n\n".join(texts))
