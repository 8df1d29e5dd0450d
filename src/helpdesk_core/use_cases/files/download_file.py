"""A file is handed out: by a link first, then by its bytes to whoever brings the link."""

from collections.abc import AsyncIterator

from attrs import frozen

from helpdesk_core.attachments import LINK_LIFE, Attachment, FileLink
from helpdesk_core.errors import NotFound, existing
from helpdesk_core.ids import AttachmentId, OrganizationId
from helpdesk_core.ports.blobs import Blobs, FileLinks
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View


@frozen
class Download:
    """Where a file can be had for an hour: at the storage's own address, else at the desk with a token."""

    attachment: Attachment
    address: str | None
    token: str


@frozen
class LinkFile:
    """Makes the link; NotFound for a foreign file, and for one whose bytes could not be had."""

    store: Store
    blobs: Blobs
    links: FileLinks
    clock: Clock

    async def __call__(self, organization_id: OrganizationId, attachment_id: AttachmentId) -> Download:
        return await self.of(await _attachment(self.store, organization_id, attachment_id))

    async def of(self, attachment: Attachment) -> Download:
        """The link of an attachment that is at hand; NotFound where it has no bytes."""
        if attachment.digest is None:
            raise NotFound("file", attachment.id)
        address = await self.blobs.link(
            attachment.organization_id,
            attachment.digest,
            attachment.filename,
            attachment.content_type,
            int(LINK_LIFE.total_seconds()),
        )
        link = FileLink(attachment.organization_id, attachment.id, self.clock() + LINK_LIFE)
        return Download(attachment, address, self.links.seal(link))


@frozen
class OpenFile:
    """Who brings a link may read the one file it was made for, until it ends."""

    store: Store
    blobs: Blobs
    links: FileLinks
    clock: Clock

    async def __call__(self, token: str) -> Attachment:
        """The file, which has bytes. NotFound says no more than that: not whether the link has ended or never was."""
        link = self.links.open(token)
        if link is None or self.clock() >= link.until:
            raise _no_link()
        try:
            attachment = await _attachment(self.store, link.organization_id, link.attachment_id)
        except NotFound:
            raise _no_link() from None
        if attachment.digest is None:
            raise _no_link()
        return attachment

    async def stream(
        self, attachment: Attachment, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[bytes]:
        """Its bytes, those from `start` up to `stop`; NotFound before the first of them."""
        if attachment.digest is None:
            raise NotFound("file", attachment.id)
        return await self.blobs.stream(attachment.organization_id, attachment.digest, start, stop)


async def _attachment(
    store: Store, organization_id: OrganizationId, attachment_id: AttachmentId
) -> Attachment:
    async def look(view: View) -> Attachment | None:
        return await view.attachments.get(organization_id, attachment_id)

    return existing(await store.read(look), "attachment", attachment_id)


def _no_link() -> NotFound:
    return NotFound("file", "at this address; a download link holds for an hour")
