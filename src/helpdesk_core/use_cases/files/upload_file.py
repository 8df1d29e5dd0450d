"""A file is uploaded, for a message that is being written or one that stands already."""

from collections.abc import AsyncIterable, Sequence

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment, safe_filename
from helpdesk_core.conversations import Conversation
from helpdesk_core.errors import Conflict, InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, NewId, OrganizationId, TicketId
from helpdesk_core.media_types import served_type
from helpdesk_core.ports.blobs import Blobs, Sniff
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.files.forget_blobs import forgetting_of
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.users import Actor


@frozen
class Upload:
    """A file on its way in: what its sender says of it, its first bytes, and where it is to belong."""

    filename: str | None
    declared_type: str | None
    head: bytes
    """As many bytes as `media_types.HEAD`, or all there are."""
    conversation_id: ConversationId | None = None
    ticket_id: TicketId | None = None
    external_id: str | None = None
    """Who may claim it, where that is not everybody."""


@frozen
class UploadFile:
    """Stores the bytes, then the attachment; NotFound where the message or ticket is not the organization's.

    An upload that names neither waits for a message that claims it. The type is told by the bytes.
    """

    store: Store
    blobs: Blobs
    sniff: Sniff
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, upload: Upload, chunks: AsyncIterable[bytes]
    ) -> Attachment:
        async def look(view: View) -> None:
            await _target(organization_id, upload, view)

        await self.store.read(look)  # before a single byte is kept
        digest, size = await self.blobs.put_stream(organization_id, chunks)
        filename = safe_filename(upload.filename)
        content_type = served_type(upload.declared_type, filename, upload.head, self.sniff(upload.head))

        async def unit(work: Work) -> Attachment:
            occasion = Occasion(self.clock(), self.new_id, actor)
            conversation, ticket_id = await _target(organization_id, upload, work)
            attachment = Attachment(
                id=AttachmentId(occasion.new_id()),
                organization_id=organization_id,
                filename=filename,
                content_type=content_type,
                size=size,
                created_at=occasion.at,
                digest=digest,
                ticket_id=ticket_id,
                conversation_id=conversation.id if conversation else None,
                external_id=upload.external_id,
            )
            await add_step(attachment, conversation, work, occasion)
            return attachment

        return await self.store.transact(unit)


async def add_step(
    attachment: Attachment, conversation: Conversation | None, work: Work, occasion: Occasion
) -> None:
    """The step: the attachment, as the last one of the message it belongs to, if there is one."""
    await work.attachments.add(attachment)
    of = {"ticket_id": str(attachment.ticket_id)} if attachment.ticket_id else {}
    events = [
        occasion.event(
            attachment.organization_id, "attachment.created", attachment.id, {"size": attachment.size, **of}
        )
    ]
    if conversation is not None:
        longer = evolve(conversation, attachment_ids=(*conversation.attachment_ids, attachment.id))
        await work.conversations.replace(longer)
        events.append(occasion.event(attachment.organization_id, "conversation.updated", conversation.id, of))
    await work.log.append(*events)


@frozen
class DiscardFile:
    """Takes back an upload; Conflict for one that belongs to a message, which stays as it was sent."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, attachment_id: AttachmentId
    ) -> None:
        async def unit(work: Work) -> None:
            attachment = existing(
                await work.attachments.get(organization_id, attachment_id), "attachment", attachment_id
            )
            if attachment.conversation_id is not None:
                raise Conflict("The file belongs to a message; redact the message to remove it.")
            occasion = Occasion(self.clock(), self.new_id, actor)
            await discard_step(organization_id, [attachment], work, occasion)

        await self.store.transact(unit)


async def discard_step(
    organization_id: OrganizationId, attachments: Sequence[Attachment], work: Work, occasion: Occasion
) -> None:
    """The step: the attachments go, and their bytes as soon as nothing else names them."""
    for attachment in attachments:
        await work.attachments.remove(organization_id, attachment.id)
        await work.log.append(occasion.event(organization_id, "attachment.deleted", attachment.id))
    digests = [attachment.digest for attachment in attachments if attachment.digest is not None]
    if digests:
        await work.jobs.add(forgetting_of(organization_id, digests, occasion))


async def _target(
    organization_id: OrganizationId, upload: Upload, view: View
) -> tuple[Conversation | None, TicketId | None]:
    """The message and the ticket that the upload names."""
    ticket_id = None
    if upload.ticket_id is not None:
        ticket_id = (await existing_ticket(organization_id, upload.ticket_id, view)).id
    if upload.conversation_id is None:
        return None, ticket_id
    conversation = existing(
        await view.conversations.get(organization_id, upload.conversation_id),
        "conversation",
        upload.conversation_id,
    )
    if ticket_id not in (None, conversation.ticket_id):
        raise InvalidValue("ticket_id", "is not the ticket of that conversation")
    return conversation, conversation.ticket_id
