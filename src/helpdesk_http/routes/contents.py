"""The bytes of a message's files, and of the mail that it came as, for whoever may read the message."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.attachments import Attachment, content_disposition
from helpdesk_core.errors import NotFound, existing
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.users import Role, Scope
from helpdesk_http.operations import Operation, operation, session_or_key
from helpdesk_http.routes.files import bytes_of
from helpdesk_http.who import Caller


async def download_content(desk: Container, who: Caller, request: Request, attachment_id: UUID) -> Response:
    """Download a file.

    The address does not end, and opens nothing to whoever has it: images in the HTML of messages are here. It is
    answered as links to files are: always to be saved, never run; with ranges and `If-None-Match`.
    """

    async def look(view: View) -> Attachment | None:
        return await view.attachments.get(who.organization_id, AttachmentId(attachment_id))

    attachment = existing(await desk.store().read(look), "attachment", attachment_id)
    return _ours(await bytes_of(desk, request, attachment, content_disposition(attachment.filename)))


async def download_raw(desk: Container, who: Caller, request: Request, conversation_id: UUID) -> Response:
    """Download the mail that a message came as, as an `.eml` file.

    Not there for messages that did not come by mail, and after words of the message were blacked out.
    """
    found = await desk.store().read(
        lambda view: _raw(who.organization_id, ConversationId(conversation_id), view)
    )
    return _ours(await bytes_of(desk, request, found, content_disposition(f"{conversation_id}.eml")))


def _ours(response: Response) -> Response:
    """Not for other people's pages, unlike what a link opens."""
    response.headers["cross-origin-resource-policy"] = "same-origin"
    return response


async def _raw(organization_id: OrganizationId, conversation_id: ConversationId, view: View) -> Attachment:
    conversation = existing(
        await view.conversations.get(organization_id, conversation_id), "conversation", conversation_id
    )
    raw_id = conversation.raw_id
    raw = None if raw_id is None else await view.attachments.get(organization_id, raw_id)
    if raw is None:
        raise NotFound("mail as it came of conversation", conversation_id)
    return raw


_AGENT_OR_READ = session_or_key(Role.AGENT, Scope.READ)

OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/attachments/{attachment_id}/content",
        download_content,
        tag="Files",
        auth=_AGENT_OR_READ,
        answer_media="*/*",
        also={206: Response, 304: None},
        errors=(404, 416, 503),
    ),
    operation(
        "GET /api/v1/conversations/{conversation_id}/raw",
        download_raw,
        tag="Conversations",
        auth=_AGENT_OR_READ,
        answer_media="message/rfc822",
        also={206: Response, 304: None},
        errors=(404, 416, 503),
    ),
)
