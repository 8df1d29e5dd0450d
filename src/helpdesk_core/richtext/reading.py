"""Reading HTML: strangers' markup as a document, and as the words that a reader would see."""

import re
from html import unescape

from helpdesk_core.richtext.documents import MAX_CHARACTERS, MAX_NODES, Document, document_from_text
from helpdesk_core.richtext.markup import tokens
from helpdesk_core.richtext.page import Page
from helpdesk_core.richtext.rendering import text_of


def document_from_html(html: str) -> Document:
    """The HTML as a document that `check_document` passes: its words, and what of its form a document can
    bear. Total.

    Line breaks come where a browser would show them. Cells of a table row are set apart by tabs. Of more than
    a document may hold, only the words are kept, up to its limit.
    """
    page = Page()
    for kind, value, attributes in tokens(html):
        if kind == "text":
            page.text(unescape(value))
        elif kind == "open":
            page.open(value, attributes)
        else:
            page.close(value)
    document = page.finished()
    if page.nodes > MAX_NODES or page.characters > MAX_CHARACTERS:
        return document_from_text(text_of(document))
    return document


def html_to_text(html: str) -> str:
    """The words of the HTML for reading, see `text_of`. Total."""
    return _BLANK_LINES.sub("\n\n", text_of(document_from_html(html))).strip()


_BLANK_LINES = re.compile(r"\n(?:[ \t]*+\n){2,}")
