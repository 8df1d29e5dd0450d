"""The widget: chat and contact form on other people's pages."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from attrs import evolve
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation
from helpdesk_core.customers import EMAIL, Contact, normal_email
from helpdesk_core.errors import InvalidValue, NotAllowed
from helpdesk_core.ids import AttachmentId, ConversationId, TicketId
from helpdesk_core.ports.store import View
from helpdesk_core.pre_chat import about
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.widget.chat_in_widget import VisitorMessage, uploaded_by
from helpdesk_core.use_cases.widget.know_visitor import Arrival, Identity
from helpdesk_core.use_cases.widget.submit_contact_form import Form
from helpdesk_core.users import Actor, Scope
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import WidgetSession
from helpdesk_http.clients import peer
from helpdesk_http.operations import Operation, key, operation, proof
from helpdesk_http.routes.attachments import address_of
from helpdesk_http.uploads import LIMIT, incoming
from helpdesk_http.visitors import admitted_visitor, admitted_widget
from helpdesk_http.who import Caller
from helpdesk_http.widget_shapes import (
    AgentTyping,
    ChatBegun,
    ConfigView,
    ContactForm,
    FormFieldView,
    FormTaken,
    KeyQuery,
    MessagesQuery,
    MessageTaken,
    SeenUpTo,
    SessionConfig,
    SessionHeader,
    StreamHeaders,
    Success,
    ThemeView,
    Typing,
    TypingView,
    VisitorIdentity,
    WidgetArrival,
    WidgetAuthor,
    WidgetConfig,
    WidgetFile,
    WidgetMessage,
    WidgetMessages,
    WidgetMessageView,
    WidgetUpload,
)
from helpdesk_http.widget_stream import Shown, WidgetStream
from helpdesk_http.wire import write

QUICKEST_MS = 800
"""Milliseconds that nobody fills in a form within."""


async def begin_chat(desk: Container, request: Request, body: WidgetArrival) -> ChatBegun:
    """Open a session for a visitor."""
    widget = await admitted_widget(desk, request, body.api_key)
    arrival = Arrival(
        visitor_id=body.visitor_id,
        metadata=body.metadata,
        identity=_identity(body.identity),
        country=desk.country_of()(peer(request)),
    )
    session, token = await desk.begin_chat()(widget, arrival)
    config = SessionConfig(_theme(widget), _form(widget), widget.allow_file_uploads)
    return ChatBegun(True, token, session.visitor_id, config)


async def read_widget_config(desk: Container, request: Request, query: KeyQuery) -> ConfigView:
    """Read a widget's theme and form."""
    widget = await admitted_widget(desk, request, query.api_key)
    return ConfigView(True, WidgetConfig(_theme(widget), _form(widget), widget.allow_file_uploads))


async def send_in_widget(
    desk: Container, request: Request, headers: SessionHeader, body: WidgetMessage
) -> MessageTaken:
    """Send a visitor's message.

    The first one opens a ticket, the following join it. The same text within 30 seconds is one message.
    """
    token = headers.x_widget_session or body.session_token
    session, widget = await admitted_visitor(desk, request, token)
    said = VisitorMessage(
        text=body.message,
        attachment_ids=tuple(AttachmentId(id_) for id_ in dict.fromkeys(body.attachments)),
        client_id=body.client_message_id,
        answers=body.pre_chat,
    )
    taken = await desk.send_in_widget()(session, widget, said)
    return MessageTaken(True, taken.ticket.id, taken.conversation.id, taken.duplicate)


async def read_in_widget(
    desk: Container, request: Request, headers: SessionHeader, query: MessagesQuery
) -> WidgetMessages:
    """Read the messages of a session, the oldest first; with `after`, only new ones."""
    session, _ = await admitted_visitor(desk, request, headers.x_widget_session or query.session_token)
    after = None if query.after is None else ConversationId(query.after)
    messages, files = await desk.read_in_widget()(session, after)
    links = {id_: await _link(desk, request, file) for id_, file in files.items()}
    return WidgetMessages([message_view(session, one, files, links) for one in messages])


async def upload_in_widget(desk: Container, request: Request, headers: SessionHeader) -> WidgetFile:
    """Upload a file, for a message of the same session."""
    session, widget = await admitted_visitor(desk, request, headers.x_widget_session)
    if not widget.allow_file_uploads:
        raise NotAllowed("This widget takes no files.")
    async with incoming(request, "conversationId", "ticketId", too_large=400) as file:
        upload = evolve(file.upload, conversation_id=None, ticket_id=None, external_id=uploaded_by(session))
        actor = Actor("customer", session.customer_id)
        attachment = await desk.upload_file()(session.organization_id, actor, upload, file.chunks())
    return _file(attachment, await _link(desk, request, attachment))


async def submit_contact_form(desk: Container, request: Request, body: ContactForm) -> FormTaken:
    """Submit a contact form, which opens a ticket."""
    widget = await admitted_widget(desk, request, body.api_key)
    _refuse_robots(body)
    contact = Contact(EMAIL, normal_email(body.email))
    visitor = about(body.custom_fields, "customFields")
    phones = tuple(one for one in visitor.contacts if one.kind != EMAIL)
    form = Form(
        about=evolve(visitor, name=" ".join(body.name.split()), contacts=(contact, *phones)),
        email=contact.value,
        message=body.message,
        custom_fields=body.custom_fields,
        country=desk.country_of()(peer(request)),
    )
    taken = await desk.submit_contact_form()(widget, form)
    thanks = "Thank you for contacting us. We will get back to you soon."
    return FormTaken(True, taken.ticket.id, taken.ticket.number, thanks, taken.duplicate)


async def stream_in_widget(
    desk: Container, request: Request, headers: StreamHeaders, query: MessagesQuery
) -> Response:
    """Follow a session's messages live, as server-sent events.

    `message` holds a message as `GET /api/widget/message` shows it, its id is the event's: with `Last-Event-ID` a
    stream goes on where it broke off. `typing` says whether an agent is writing.
    """
    token = headers.x_widget_session or query.session_token or ""
    session, _ = await admitted_visitor(desk, request, token)
    after = headers.last_event_id or query.after
    begin = None if after is None else ConversationId(after)

    async def written(here: WidgetSession, shown: Shown) -> Sequence[tuple[ConversationId, bytes]]:
        messages, files = shown
        links = {id_: await _link(desk, request, file) for id_, file in files.items()}
        return [(one.id, write(message_view(here, one, files, links))) for one in messages]

    return WidgetStream(desk, token, session, begin, written)


async def type_in_widget(desk: Container, request: Request, headers: SessionHeader, body: Typing) -> Success:
    """Say that the visitor begins or stops to write; it holds for some seconds."""
    session, _ = await admitted_visitor(desk, request, headers.x_widget_session or body.session_token)
    if session.ticket_id is not None:
        now = desk.clock()()
        desk.presence().tell(session.organization_id, session.ticket_id, "customer", body.typing, now)
    return Success(True)


async def type_on_ticket(desk: Container, who: Caller, ticket_id: UUID, body: AgentTyping) -> TypingView:
    """Say that an agent begins or stops to write on a ticket; the answer says whether the visitor does.

    It holds for some seconds, and reaches those who listen to the same process.
    """

    async def look(view: View) -> Ticket:
        return await existing_ticket(who.organization_id, TicketId(ticket_id), view)

    ticket = await desk.store().read(look)
    now = desk.clock()()
    desk.presence().tell(who.organization_id, ticket.id, "agent", body.typing, now)
    return TypingView(desk.presence().is_typing(ticket.id, "customer", now))


async def see_in_widget(desk: Container, request: Request, headers: SessionHeader, body: SeenUpTo) -> Success:
    """Say that the visitor has seen the messages up to this one."""
    session, _ = await admitted_visitor(desk, request, headers.x_widget_session or body.session_token)
    await desk.see_in_widget()(session, ConversationId(body.conversation_id))
    return Success(True)


SESSION = proof("widgetSession", handler_checks=True)
WIDGET_KEY = proof("widgetKey", handler_checks=True)
OPERATIONS: tuple[Operation, ...] = (
    operation("POST /api/widget/init", begin_chat, tag="Widget", auth=WIDGET_KEY, errors=(401, 403, 429)),
    operation(
        "GET /api/widget/config", read_widget_config, tag="Widget", auth=WIDGET_KEY, errors=(401, 403, 429)
    ),
    operation("POST /api/widget/message", send_in_widget, tag="Widget", auth=SESSION, errors=(401, 403, 429)),
    operation("GET /api/widget/message", read_in_widget, tag="Widget", auth=SESSION, errors=(401, 403, 429)),
    operation(
        "POST /api/widget/contact",
        submit_contact_form,
        tag="Widget",
        auth=WIDGET_KEY,
        errors=(401, 403, 429),
    ),
    operation(
        "POST /api/widget/upload",
        upload_in_widget,
        tag="Widget",
        auth=SESSION,
        form=WidgetUpload,
        body_media=("multipart/form-data",),
        limit=LIMIT,
        errors=(400, 401, 403, 429, 503),
    ),
    operation(
        "GET /api/widget/stream",
        stream_in_widget,
        tag="Widget",
        auth=SESSION,
        answer_media="text/event-stream",
        errors=(401, 403, 429),
    ),
    operation(
        "POST /api/v1/tickets/{ticket_id}/typing",
        type_on_ticket,
        tag="Tickets",
        auth=key(Scope.WRITE),
        errors=(404,),
    ),
    operation("POST /api/widget/typing", type_in_widget, tag="Widget", auth=SESSION, errors=(401, 403, 429)),
    operation("POST /api/widget/seen", see_in_widget, tag="Widget", auth=SESSION, errors=(401, 403, 429)),
)
SCHEMES: Mapping[str, Any] = {
    "widgetKey": {
        "type": "apiKey",
        "in": "query",
        "name": "apiKey",
        "description": "A widget's public key, in the query or in the body.",
    },
    "widgetSession": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Widget-Session",
        "description": "A session's token from `init`, in the header, the query or the body.",
    },
}


def message_view(
    session: WidgetSession,
    message: Conversation,
    files: Mapping[AttachmentId, Attachment],
    links: Mapping[AttachmentId, str | None],
) -> WidgetMessageView:
    """A message as the visitor of this session sees it."""
    own, _, client_id = (message.external_id or "").partition(":")
    theirs = client_id if own and own == session.token_hash[: len(own)] else None
    shown = [files[id_] for id_ in message.attachment_ids if id_ in files]
    return WidgetMessageView(
        id=message.id,
        content=message.content,
        content_text=message.content_text,
        created_at=message.created_at,
        author=WidgetAuthor(message.author.name, message.author.avatar_url, message.author.role),
        attachments=[_file(one, links.get(one.id)) for one in shown],
        client_message_id=theirs,
    )


async def _link(desk: Container, request: Request, file: Attachment) -> str | None:
    if file.digest is None:
        return None
    return address_of(request, await desk.link_file().of(file))


def _file(file: Attachment, url: str | None) -> WidgetFile:
    return WidgetFile(file.id, file.filename, file.size, file.content_type, url)


def _theme(widget: Widget) -> ThemeView:
    theme = widget.theme
    return ThemeView(theme.primary_color, theme.header_text, theme.position)


def _form(widget: Widget) -> Sequence[FormFieldView]:
    return [FormFieldView(one.name, one.label, one.type, one.required) for one in widget.form_fields]


def _identity(given: VisitorIdentity | None) -> Identity | None:
    if given is None:
        return None
    if given.id is None and given.email is None:
        raise InvalidValue("identity", "needs an id or an email")
    return Identity(given.hash, given.id, given.email)


def _refuse_robots(form: ContactForm) -> None:
    """InvalidValue for who fills in what nobody sees, or all of it sooner than a person could look at it."""
    if form.website:
        raise InvalidValue("website", "must stay empty")
    if form.elapsed_ms is not None and form.elapsed_ms < QUICKEST_MS:
        raise InvalidValue("elapsedMs", "is too short for a person; please try again")
