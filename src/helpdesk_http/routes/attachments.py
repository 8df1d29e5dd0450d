"""Files: uploaded for messages, and the links that they are downloaded by."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.attachments import LINK_LIFE, Attachment
from helpdesk_core.errors import existing
from helpdesk_core.ids import AttachmentId
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.files.download_file import Download
from helpdesk_core.users import Role, Scope
from helpdesk_http.clients import address_of_desk
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, Reply, key, operation, session_or_key
from helpdesk_http.uploads import LIMIT, incoming
from helpdesk_http.who import Caller

FORM = ("multipart/form-data",)
NOT_KEPT = {"cache-control": "private, no-store"}
"""Of answers that hold a link: it ends, and it opens the file to whoever has it."""

File = Annotated[
    bytes, About(doc="At most 10 MiB. Its type is told by its bytes, not by what is said of it.")
]


@frozen(kw_only=True)
class UploadForm:
    """A file, and the message or ticket that it belongs to."""

    file: File
    conversationId: UUID | None = None
    ticketId: UUID | None = None


@frozen(kw_only=True)
class NewAttachment:
    """A file, and the message or ticket that it belongs to; else it waits a day for a message that names it."""

    file: File
    conversation_id: UUID | None = None
    ticket_id: UUID | None = None


@frozen
class Uploaded:
    """The stored file; `url` holds for an hour."""

    id: UUID
    filename: str
    url: Annotated[str, About(example="https://desk.example/files/AZq…")]
    size: int
    type: Annotated[str, About(example="application/pdf")]


@frozen
class DownloadLink:
    """Where the file is for an hour; whoever has the address can read it."""

    url: Annotated[str, About(example="https://desk.example/files/AZq…")]
    filename: str
    mimeType: Annotated[str, About(example="application/pdf")]


@frozen
class AttachmentLink:
    """Where the file is until `expires_at`; whoever has the address can read it."""

    url: Annotated[str, About(example="https://desk.example/files/AZq…")]
    filename: str
    content_type: str
    size: int
    expires_at: datetime


@frozen
class StoredAttachment:
    """A file of the organization."""

    id: UUID
    filename: str
    content_type: str
    size: int
    state: Annotated[str, About(doc="`stored`, or `failed` where it could not be had; `detail` says why.")]
    detail: str | None
    ticket_id: UUID | None
    conversation_id: UUID | None
    created_at: datetime


async def upload_file(desk: Container, who: Caller, request: Request) -> Reply[Uploaded]:
    """Upload a file.

    With `conversationId` it becomes the last file of that message, with `ticketId` it belongs to the ticket. A file
    that names neither waits a day for a message that lists its id among its `attachment_ids`.
    """
    async with incoming(request, "conversationId", "ticketId", too_large=400) as file:
        attachment = await desk.upload_file()(who.organization_id, who.actor, file.upload, file.chunks())
    link = await desk.link_file().of(attachment)
    view = Uploaded(
        id=attachment.id,
        filename=attachment.filename,
        url=address_of(request, link),
        size=attachment.size,
        type=attachment.content_type,
    )
    return Reply(view, headers=NOT_KEPT)


async def link_to_file(
    desk: Container, who: Caller, request: Request, attachment_id: UUID
) -> Reply[DownloadLink]:
    """Get an address to download a file from, valid for an hour."""
    link = await desk.link_file()(who.organization_id, AttachmentId(attachment_id))
    view = DownloadLink(
        url=address_of(request, link),
        filename=link.attachment.filename,
        mimeType=link.attachment.content_type,
    )
    return Reply(view, headers=NOT_KEPT)


async def create_attachment(desk: Container, who: Caller, request: Request) -> StoredAttachment:
    """Upload a file.

    With `conversation_id` it becomes the last file of that message, with `ticket_id` it belongs to the ticket. A file
    that names neither waits a day for a message that lists its id among its `attachment_ids`.
    """
    async with incoming(request, "conversation_id", "ticket_id", too_large=413, strict=True) as file:
        attachment = await desk.upload_file()(who.organization_id, who.actor, file.upload, file.chunks())
    return stored_attachment(attachment)


async def get_attachment(desk: Container, who: Caller, attachment_id: UUID) -> StoredAttachment:
    """Read what is known of a file."""

    async def look(view: View) -> Attachment | None:
        return await view.attachments.get(who.organization_id, AttachmentId(attachment_id))

    attachment = existing(await desk.store().read(look), "attachment", attachment_id)
    return stored_attachment(attachment)


async def link_to_attachment(
    desk: Container, who: Caller, request: Request, attachment_id: UUID
) -> AttachmentLink:
    """Get an address to download a file from, valid for an hour."""
    link = await desk.link_file()(who.organization_id, AttachmentId(attachment_id))
    return AttachmentLink(
        url=address_of(request, link),
        filename=link.attachment.filename,
        content_type=link.attachment.content_type,
        size=link.attachment.size,
        expires_at=desk.clock()() + LINK_LIFE,
    )


async def delete_attachment(desk: Container, who: Caller, attachment_id: UUID) -> None:
    """Take back a file that belongs to no message yet."""
    await desk.discard_file()(who.organization_id, who.actor, AttachmentId(attachment_id))


def stored_attachment(attachment: Attachment) -> StoredAttachment:
    return StoredAttachment(
        id=attachment.id,
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        state=attachment.state.value,
        detail=attachment.detail,
        ticket_id=attachment.ticket_id,
        conversation_id=attachment.conversation_id,
        created_at=attachment.created_at,
    )


def address_of(request: Request, link: Download) -> str:
    """Where the file is for an hour: at the storage, else at the desk itself."""
    return link.address or f"{address_of_desk(request)}/files/{link.token}"


_AGENT_OR_WRITE = session_or_key(Role.AGENT, Scope.WRITE)
_AGENT_OR_READ = session_or_key(Role.AGENT, Scope.READ)

OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST /api/upload",
        upload_file,
        tag="Files",
        auth=_AGENT_OR_WRITE,
        form=UploadForm,
        body_media=FORM,
        limit=LIMIT,
        errors=(400, 404, 503),
    ),
    operation(
        "GET /api/attachments/{attachment_id}/download", link_to_file, tag="Files", auth=_AGENT_OR_READ
    ),
    operation(
        "POST /api/v1/attachments",
        create_attachment,
        tag="Files",
        auth=key(Scope.WRITE),
        form=NewAttachment,
        body_media=FORM,
        limit=LIMIT,
        status=201,
        errors=(400, 404, 413, 503),
        alone=True,
    ),
    operation("GET /api/v1/attachments/{attachment_id}", get_attachment, tag="Files", auth=key(Scope.READ)),
    operation(
        "GET /api/v1/attachments/{attachment_id}/download",
        link_to_attachment,
        tag="Files",
        auth=key(Scope.READ),
    ),
    operation(
        "DELETE /api/v1/attachments/{attachment_id}",
        delete_attachment,
        tag="Files",
        auth=key(Scope.WRITE),
        errors=(409,),
    ),
)
