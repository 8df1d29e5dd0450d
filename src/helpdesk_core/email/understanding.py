"""Understanding: what a desk makes of a mail before anybody looks at it."""

from attrs import evolve, frozen

from helpdesk_core.email.automatic import Nature, classify
from helpdesk_core.email.bounces import Bounce
from helpdesk_core.email.mail import Mail, MailPart
from helpdesk_core.email.new_html import new_html_of
from helpdesk_core.email.replies import split_reply
from helpdesk_core.richtext import (
    Document,
    document_from_html,
    document_from_text,
    html_of,
    sanitize_html,
    without_remote_images,
)

LONGEST_HTML = 1_000_000
"""Characters of HTML that are shown in place; a longer text is kept as a file, and the plain text is shown."""


@frozen
class Understood:
    """A mail's words, ready to be kept and shown, and what kind of a mail it is.

    `new_text` is what was written for this message, where more than that stands in it; None: all of it is new.
    `bounce` is there where the mail reports that one of ours did not arrive.
    """

    content: Document
    content_html: str
    new_text: str | None = None
    new_html: str | None = None
    """The same as HTML, where the mail has some and its new part can be told there."""
    nature: Nature = Nature.PERSON
    reason: str | None = None
    """What gave the nature away; None only for a person's."""
    bounce: Bounce | None = None
    language: str | None = None
    """Of what was written for it, where somebody has looked and could tell."""


def understand(mail: Mail) -> Understood:
    """What the desk makes of the mail. Total."""
    content, content_html = words_of(mail)
    kind = classify(mail)
    new = split_reply(mail.text).new
    new_text = new if new != mail.text.strip() else None
    return Understood(
        content=content,
        content_html=content_html,
        new_text=new_text,
        new_html=new_html_of(mail.html, new_text) if mail.html is not None else None,
        nature=kind.nature,
        reason=kind.reason,
        bounce=kind.bounce,
    )


def words_of(mail: Mail) -> tuple[Document, str]:
    """The mail's words as a document, and as HTML that is safe to show and fetches nothing by being shown."""
    if mail.html is None:
        document = document_from_text(mail.text)
        return document, html_of(document)
    return document_from_html(mail.html), without_remote_images(sanitize_html(mail.html))


def with_bounded_html(mail: Mail) -> Mail:
    """The mail, with HTML beyond LONGEST_HTML as a file of it."""
    if mail.html is None or len(mail.html) <= LONGEST_HTML:
        return mail
    file = MailPart("message.html", "text/html", mail.html.encode())
    warning = "Its HTML is too long to be shown and is attached as a file."
    return evolve(mail, html=None, parts=(*mail.parts, file), warnings=(*mail.warnings, warning))
