"""Files that come with a message: each has its place at once, and is fetched by a job."""

from helpdesk_core.attachments import Attachment, AttachmentState, FileOrigin, safe_filename
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId
from helpdesk_core.jobs import JobKind
from helpdesk_core.media_types import UNKNOWN
from helpdesk_core.messages import Message
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import Ticket


def files_of_message(
    message: Message, ticket: Ticket, conversation_id: ConversationId, occasion: Occasion
) -> list[Attachment]:
    """The places of its files, each once; nothing is kept yet."""
    return [
        Attachment(
            id=AttachmentId(occasion.new_id()),
            organization_id=ticket.organization_id,
            filename=safe_filename(file.filename),
            content_type=file.content_type or UNKNOWN,
            size=0,
            created_at=occasion.at,
            ticket_id=ticket.id,
            conversation_id=conversation_id,
            state=AttachmentState.PENDING,
            external_id=file.external_id,
            origin=FileOrigin(file.source, message.channel.value, message.account, file.reference),
        )
        for file in {one.external_id: one for one in message.files}.values()
    ]


async def fetched_later(files: list[Attachment], work: Work, occasion: Occasion) -> None:
    """The step: the places are kept, each with the job that fills it."""
    for file in files:
        await work.attachments.add(file)
        payload = {"attachment_id": str(file.id)}
        await work.jobs.add(occasion.job(file.organization_id, JobKind.FETCH_FILE, payload))
