"""Rich text: documents, and the HTML and plain text that they come from and turn into.

Everything is total over text, and takes time in proportion to its length, whatever a stranger sends; only
`check_document` refuses, with BadDocument.
"""

from helpdesk_core.richtext.checking import check_document
from helpdesk_core.richtext.documents import BadDocument, Document, document_from_text
from helpdesk_core.richtext.reading import document_from_html, html_to_text
from helpdesk_core.richtext.rendering import html_of, text_of
from helpdesk_core.richtext.sanitizing import sanitize_html, without_remote_images

__all__ = [
    "BadDocument",
    "Document",
    "check_document",
    "document_from_html",
    "document_from_text",
    "html_of",
    "html_to_text",
    "sanitize_html",
    "text_of",
    "without_remote_images",
]
