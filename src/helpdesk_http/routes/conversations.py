"""Conversations: the messages of a ticket."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from attrs import evolve, frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import Customer
from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.ids import (
    AttachmentId,
    ConversationId,
    OrganizationId,
    SuggestionId,
    TicketId,
)
from helpdesk_core.messages import Template, shown_as
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.store import View
from helpdesk_core.richtext import (
    BadDocument,
    check_document,
    document_from_html,
    document_from_text,
    sanitize_html,
)
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author, customer_author
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Many, Text, shown
from helpdesk_http.message_views import ConversationView, conversation_view
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import (
    Cursor,
    Email,
    Html,
    Language,
    Limit,
    Words,
)
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

Included = Mapping[TicketId, Sequence[ConversationView]]


@frozen(kw_only=True)
class TemplateChoice:
    """A text that the provider has approved beforehand, with what is filled into it."""

    name: Annotated[str, Text(min=1, max=512, pattern=r"\S", example="order_ready")]
    language: Annotated[str, Text(min=1, max=20, pattern=r"\S", example="en_US")]
    variables: Annotated[
        tuple[Annotated[str, Text(min=1, max=1024)], ...],
        Many(max=50),
        About(doc="In the order in which the text has them."),
    ] = ()


@shown(text="A new seal is on its way.", status="pending")
@frozen(kw_only=True)
class NewConversation:
    """A message to be posted, its words as `text`, `html` or `content` (a ProseMirror document).

    A `template` is sent in place of the words; these say what the customer reads, and may be left out.
    """

    kind: Annotated[
        Kind, About(doc="`reply` goes to the customer, `note` stays, `inbound` is the customer's.")
    ] = Kind.REPLY
    text: Words | None = None
    html: Html | None = None
    content: Annotated[Mapping[str, Any], About(doc="A ProseMirror document.")] | None = None
    attachment_ids: Annotated[tuple[UUID, ...], Many(max=20)] = ()
    cc: Annotated[
        tuple[Email, ...] | None,
        Many(max=50),
        About(
            doc="Who gets a copy of a reply; left out: the ticket's followers by mail; an empty list: nobody."
        ),
    ] = None
    bcc: Annotated[tuple[Email, ...], Many(max=50)] = ()
    status: Annotated[Status | None, About(doc="The ticket's status after this message.")] = None
    template: Annotated[
        TemplateChoice | None,
        About(
            doc="For a reply over WhatsApp, which takes nothing else once the customer's last message is a day old."
        ),
    ] = None
    translate_to: Annotated[
        Language | None,
        About(
            doc="The language that a reply is to leave in; it waits until it is translated. What was written is kept "
            "as its `translation`."
        ),
    ] = None
    suggestion_id: Annotated[
        UUID | None, About(doc="The suggestion that a reply was made of; it is used, or edited, with it.")
    ] = None


@frozen(kw_only=True)
class Redaction:
    """The words to be blacked out, wherever they stand in the message; without them: all of it."""

    text: Words | None = None


RemoteImages = Annotated[
    Literal["block", "show"],
    About(
        doc="`show`: images from elsewhere are fetched by whoever shows the HTML, and their senders know of it."
    ),
]


@frozen(kw_only=True)
class MessageQuery:
    remote_images: RemoteImages = "block"


@frozen(kw_only=True)
class ConversationQuery:
    limit: Limit = 25
    remote_images: RemoteImages = "block"
    sort: Literal["created_at", "-created_at"] = "created_at"
    cursor: Cursor | None = None


async def list_conversations(
    desk: Container, who: Caller, request: Request, ticket_id: UUID, query: ConversationQuery
) -> Reply[Listed[ConversationView]]:
    """List a ticket's messages, the oldest first."""
    name = f"conversations:{ticket_id}"
    page = page_of(desk, name, query)
    found, views = await desk.store().read(
        partial(_conversations, who.organization_id, TicketId(ticket_id), page, query.remote_images == "show")
    )
    return listed(desk, request, name, query, views, found.next)


async def create_conversation(
    desk: Container, who: Caller, ticket_id: UUID, body: NewConversation
) -> Reply[ConversationView]:
    """Answer a ticket, note something on it, or add a customer's message.

    A reply leaves over the ticket's own channel, else by e-mail; `delivery` says how far it has come.
    """
    ticket, customer = await desk.store().read(
        partial(_customer_of, who.organization_id, TicketId(ticket_id))
    )
    author = customer_author(customer) if body.kind is Kind.INBOUND and customer else agent_author(who.actor)
    draft = _draft(body, author)
    posted = await desk.post_conversation()(who.organization_id, ticket.id, who.actor, body.kind, draft)
    view = await desk.store().read(partial(with_attachments, who.organization_id, [posted]))
    return Reply(view[0], headers={"location": f"/api/v1/conversations/{posted.id}"})


async def read_conversation(
    desk: Container, who: Caller, conversation_id: UUID, query: MessageQuery
) -> ConversationView:
    """Read a message.

    `new_text` and `new_html` are what was written for it, `content_text` and `content_html` the whole. Shown by
    default, the HTML tells nobody outside that it was looked at.
    """
    remote = query.remote_images == "show"
    return await desk.store().read(
        partial(_conversation, who.organization_id, ConversationId(conversation_id), remote)
    )


async def retry_delivery(desk: Container, who: Caller, conversation_id: UUID) -> ConversationView:
    """Try a failed answer again."""
    queued = await desk.retry_reply()(who.organization_id, ConversationId(conversation_id), who.actor)
    return (await desk.store().read(partial(with_attachments, who.organization_id, [queued])))[0]


async def redact_conversation(
    desk: Container, who: Caller, conversation_id: UUID, body: Redaction | None = None
) -> ConversationView:
    """Black out words of a message, for good.

    Each line of `text` is blacked out wherever it stands, whatever its case; without `text` the whole message is, and
    its files are removed. Nothing brings them back, and a search no longer finds them.
    """
    words = None if body is None else body.text
    redacted = await desk.redact_conversation()(
        who.organization_id, ConversationId(conversation_id), who.actor, words
    )
    return (await desk.store().read(partial(with_attachments, who.organization_id, [redacted])))[0]


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/tickets/{ticket_id}/conversations",
        list_conversations,
        tag="Conversations",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "POST /api/v1/tickets/{ticket_id}/conversations",
        create_conversation,
        tag="Conversations",
        auth=key(Scope.WRITE),
        status=201,
        errors=(404, 409),
    ),
    operation(
        "GET /api/v1/conversations/{conversation_id}",
        read_conversation,
        tag="Conversations",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "POST /api/v1/conversations/{conversation_id}/retry",
        retry_delivery,
        tag="Conversations",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "POST /api/v1/conversations/{conversation_id}/redact",
        redact_conversation,
        tag="Conversations",
        auth=key(Scope.WRITE),
        errors=(404,),
    ),
)


async def messages_of(organization_id: OrganizationId, ids: Sequence[TicketId], view: View) -> Included:
    """The messages of each of these tickets, oldest first, as they are shown."""
    conversations = await view.conversations.of_tickets(organization_id, ids)
    views = await with_attachments(
        organization_id, [one for many in conversations.values() for one in many], view
    )
    by_ticket: dict[TicketId, list[ConversationView]] = {ticket_id: [] for ticket_id in ids}
    for conversation in views:
        by_ticket[TicketId(conversation.ticket_id)].append(conversation)
    return by_ticket


async def with_attachments(
    organization_id: OrganizationId,
    conversations: Sequence[Conversation],
    view: View,
    *,
    remote_images: bool = False,
) -> Sequence[ConversationView]:
    """The messages with their files, as they are shown."""
    ids = [AttachmentId(id_) for conversation in conversations for id_ in conversation.attachment_ids]
    files: Mapping[AttachmentId, Attachment] = (
        await view.attachments.many(organization_id, ids) if ids else {}
    )
    return [conversation_view(one, files, remote_images=remote_images) for one in conversations]


async def _conversations(
    organization_id: OrganizationId, ticket_id: TicketId, page: Page, remote_images: bool, view: View
) -> tuple[Slice[Conversation], Sequence[ConversationView]]:
    ticket = await existing_ticket(organization_id, ticket_id, view)
    found = await view.conversations.of_ticket(organization_id, ticket.id, page)
    return found, await with_attachments(organization_id, found.items, view, remote_images=remote_images)


async def _conversation(
    organization_id: OrganizationId, conversation_id: ConversationId, remote_images: bool, view: View
) -> ConversationView:
    conversation = existing(
        await view.conversations.get(organization_id, conversation_id), "conversation", conversation_id
    )
    return (await with_attachments(organization_id, [conversation], view, remote_images=remote_images))[0]


async def _customer_of(
    organization_id: OrganizationId, ticket_id: TicketId, view: View
) -> tuple[Ticket, Customer | None]:
    ticket = await existing_ticket(organization_id, ticket_id, view)
    return ticket, await view.customers.get(organization_id, ticket.customer_id)


def _draft(body: NewConversation, author: Any) -> Draft:
    given = [name for name in ("text", "html", "content") if getattr(body, name) is not None]
    chosen = body.template
    template = None if chosen is None else Template(chosen.name, chosen.language, chosen.variables)
    if template is not None and body.kind is not Kind.REPLY:
        raise InvalidValue("template", "is for replies")
    if body.suggestion_id is not None and body.kind is not Kind.REPLY:
        raise InvalidValue("suggestion_id", "is for replies")
    if template is not None and not given:
        body = evolve(body, text=shown_as(template))
    elif len(given) != 1:
        raise InvalidValue("text", "exactly one of text, html and content must be given")
    html = None
    if body.text is not None:
        content = document_from_text(body.text)
    elif body.html is not None:
        content, html = document_from_html(body.html), sanitize_html(body.html)
    else:
        try:
            content = check_document(body.content)
        except BadDocument as error:
            raise InvalidValue("content", str(error)) from error
    return Draft(
        content=content,
        author=author,
        html=html,
        attachment_ids=tuple(AttachmentId(id_) for id_ in dict.fromkeys(body.attachment_ids)),
        cc=body.cc,
        bcc=body.bcc,
        status=body.status,
        template=template,
        translate_to=body.translate_to,
        suggestion_id=None if body.suggestion_id is None else SuggestionId(body.suggestion_id),
    )
