"""What the widget's requests and answers look like. Names are camelCase, but for those of messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from attrs import Factory, frozen

from helpdesk_core.conversations import AuthorRole
from helpdesk_http.fields import About, Many, Number, Object, Text, camel, lenient

Key = Annotated[str, Text(min=1, max=200, doc="The widget's key.", example="wk_3f8a")]
Token = Annotated[str, Text(min=1, max=200, doc="Of the session, from `init`.")]
MessageText = Annotated[str, Text(min=1, max=100_000, pattern=r"\S", example="I need help with my order")]
AnyMembers = Annotated[
    Mapping[str, Any],
    Object(
        max=16_384,
        doc="Any members, 16,384 characters of JSON.",
        example={"page_url": "https://shop.example/"},
    ),
]


@camel
@lenient
@frozen(kw_only=True)
class VisitorIdentity:
    """Who the page says its visitor is: the hex HMAC-SHA256 of the id (else e-mail) under the identity secret."""

    hash: Annotated[str, Text(min=64, max=64, pattern="^[0-9a-fA-F]{64}$", example="a" * 64)]
    id: Annotated[str, Text(min=1, max=200)] | None = None
    email: Annotated[str, Text(min=3, max=320, format="email")] | None = None


@camel
@lenient
@frozen(kw_only=True)
class WidgetArrival:
    """A widget opens on a page."""

    api_key: Key
    visitor_id: Annotated[str, Text(min=1, max=200, doc="Of an earlier visit.")] | None = None
    metadata: AnyMembers = Factory(dict)
    identity: VisitorIdentity | None = None


@camel
@lenient
@frozen(kw_only=True)
class WidgetMessage:
    """A visitor's message. `clientMessageId` is the widget's own name for it, so that it can be sent again safely."""

    message: MessageText
    session_token: Token | None = None
    attachments: Annotated[tuple[UUID, ...], Many(max=10, doc="Ids of uploads of this session.")] = ()
    client_message_id: Annotated[str, Text(min=1, max=100)] | None = None
    pre_chat: Annotated[Mapping[str, Any], About(doc="Answers to the form.")] | None = None


@camel
@lenient
@frozen(kw_only=True)
class ContactForm:
    """A contact form as it was filled in. `website` is a trap for robots: people do not see it."""

    api_key: Key
    name: Annotated[str, Text(min=1, max=200, pattern=r"\S", example="John Doe")]
    email: Annotated[str, Text(min=3, max=320, format="email", example="john@shop.example")]
    message: MessageText
    custom_fields: AnyMembers = Factory(dict)
    website: Annotated[str, Text(max=1000)] = ""
    elapsed_ms: Annotated[int, Number(min=0, doc="How long the form was open.")] | None = None


@frozen(kw_only=True)
class WidgetUpload:
    """A file of at most 10 MiB."""

    file: Annotated[bytes, About(doc="Its type is told by its bytes, not by what is said of it.")]


@camel
@lenient
@frozen(kw_only=True)
class SeenUpTo:
    conversation_id: UUID
    session_token: Token | None = None


@camel
@frozen(kw_only=True)
class KeyQuery:
    api_key: Key


@camel
@frozen(kw_only=True)
class MessagesQuery:
    session_token: Annotated[Token, About(doc="In place of the header X-Widget-Session.")] | None = None
    after: Annotated[UUID, About(doc="Only messages behind this one.")] | None = None


@frozen(kw_only=True)
class SessionHeader:
    x_widget_session: Annotated[Token, About(doc="The session's token.")] | None = None


@frozen(kw_only=True)
class StreamHeaders:
    x_widget_session: Annotated[Token, About(doc="The session's token.")] | None = None
    last_event_id: Annotated[UUID, About(doc="The last message that was received.")] | None = None


@camel
@lenient
@frozen(kw_only=True)
class Typing:
    """Whether the visitor is writing."""

    typing: bool
    session_token: Token | None = None


@frozen(kw_only=True)
class AgentTyping:
    """Whether an agent is writing."""

    typing: bool


@frozen
class TypingView:
    """Whether the visitor is writing."""

    customer_is_typing: bool


@camel
@frozen
class ThemeView:
    primary_color: str
    header_text: str
    position: str


@camel
@frozen
class FormFieldView:
    name: str
    label: str
    type: str
    required: bool


@camel
@frozen
class SessionConfig:
    theme: ThemeView
    pre_chat_form: Sequence[FormFieldView]
    allow_file_uploads: bool


@camel
@frozen
class WidgetConfig:
    theme: ThemeView
    form_fields: Sequence[FormFieldView]
    allow_file_uploads: bool


@camel
@frozen
class ChatBegun:
    """A session, whose token is told here and nowhere else."""

    success: bool
    session_token: str
    visitor_id: str
    config: SessionConfig


@camel
@frozen
class ConfigView:
    success: bool
    config: WidgetConfig


@camel
@frozen
class MessageTaken:
    success: bool
    ticket_id: UUID
    conversation_id: UUID
    duplicate: bool


@camel
@frozen
class FormTaken:
    success: bool
    ticket_id: UUID
    ticket_number: int
    message: str
    duplicate: bool


@frozen
class WidgetAuthor:
    name: str
    avatar_url: str | None
    role: AuthorRole


@frozen
class WidgetFile:
    id: UUID
    filename: str
    size: int
    type: str
    url: str | None


@frozen
class WidgetMessageView:
    """A message as visitors see it; internal notes are never among them."""

    id: UUID
    content: Mapping[str, Any]
    content_text: str
    created_at: datetime
    author: WidgetAuthor
    attachments: Sequence[WidgetFile]
    client_message_id: str | None


@frozen
class WidgetMessages:
    messages: Sequence[WidgetMessageView]


@camel
@frozen
class Success:
    success: bool
