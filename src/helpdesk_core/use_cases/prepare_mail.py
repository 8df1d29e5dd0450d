"""What a mail's words and files need before a unit of work takes them: nothing slow is left for the unit."""

from datetime import datetime

from attrs import evolve, frozen

from helpdesk_core.attachments import StoredFile, safe_filename
from helpdesk_core.commands import TakeEmail
from helpdesk_core.conversations import Document
from helpdesk_core.email import Mail, MailPart, Nature, classify, with_files_apart
from helpdesk_core.organizations import Organization
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.offload import Offload
from helpdesk_core.richtext import document_from_html, document_from_text, html_of, sanitize_html

LONGEST_HTML = 1_000_000
"""Characters of HTML that are shown in place; a longer text is kept as a file, and the plain text is shown."""


@frozen
class PrepareMail:
    """Stores a mail's files and makes its words ready to be shown, beside everything else."""

    blobs: Blobs
    offload: Offload

    async def __call__(
        self, mail: Mail, organization: Organization, received_at: datetime, external_id: str | None = None
    ) -> TakeEmail:
        whole = with_files_apart(with_bounded_html(mail))
        files = tuple([await self._stored(part, organization) for part in whole.parts])
        content, content_html, nature = await self.offload(understood, whole)
        return TakeEmail(
            mail=evolve(whole, parts=()),
            received_at=received_at,
            content=content,
            content_html=content_html,
            files=files,
            external_id=external_id,
            nature=nature,
        )

    async def _stored(self, part: MailPart, organization: Organization) -> StoredFile:
        return StoredFile(
            filename=safe_filename(part.filename),
            content_type=part.content_type,
            size=len(part.content),
            digest=None if part.failure else await self.blobs.put(organization.id, part.content),
            content_id=part.content_id,
            inline=part.inline,
            failure=part.failure,
        )


def understood(mail: Mail) -> tuple[Document, str, Nature]:
    """The mail's words, see `words_of`, and whether a person wrote them."""
    return *words_of(mail), classify(mail).nature


def words_of(mail: Mail) -> tuple[Document, str]:
    """The mail's words as a document, and as HTML that is safe to show."""
    if mail.html is None:
        document = document_from_text(mail.text)
        return document, html_of(document)
    return document_from_html(mail.html), sanitize_html(mail.html)


def with_bounded_html(mail: Mail) -> Mail:
    """The mail, with HTML beyond LONGEST_HTML as a file of it."""
    if mail.html is None or len(mail.html) <= LONGEST_HTML:
        return mail
    file = MailPart("message.html", "text/html", mail.html.encode())
    warning = "Its HTML is too long to be shown and is attached as a file."
    return evolve(mail, html=None, parts=(*mail.parts, file), warnings=(*mail.warnings, warning))
