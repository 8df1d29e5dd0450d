"""Widget.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import frozen

from helpdesk_core.conversations import AuthorRole
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls
from helpdesk_http.client.streams import Stream
from helpdesk_http.fields import camel


@camel
@frozen(kw_only=True)
class ThemeView:
    """ThemeView."""

    primary_color: str
    header_text: str
    position: str


@camel
@frozen(kw_only=True)
class FormFieldView:
    """FormFieldView."""

    name: str
    label: str
    type: str
    required: bool


@camel
@frozen(kw_only=True)
class SessionConfig:
    """SessionConfig."""

    theme: ThemeView
    pre_chat_form: Sequence[FormFieldView]
    allow_file_uploads: bool


@camel
@frozen(kw_only=True)
class ChatBegun:
    """A session, whose token is told here and nowhere else."""

    success: bool
    session_token: str
    visitor_id: str
    config: SessionConfig


@camel
@frozen(kw_only=True)
class VisitorIdentity:
    """Who the page says its visitor is: the hex HMAC-SHA256 of the id (else e-mail) under the identity
    secret.
    """

    hash: str
    id: str | None | Unset = UNSET
    email: str | None | Unset = UNSET


@camel
@frozen(kw_only=True)
class WidgetConfig:
    """WidgetConfig."""

    theme: ThemeView
    form_fields: Sequence[FormFieldView]
    allow_file_uploads: bool


@camel
@frozen(kw_only=True)
class ConfigView:
    """ConfigView."""

    success: bool
    config: WidgetConfig


@camel
@frozen(kw_only=True)
class MessageTaken:
    """MessageTaken."""

    success: bool
    ticket_id: UUID
    conversation_id: UUID
    duplicate: bool


@frozen(kw_only=True)
class WidgetAuthor:
    """WidgetAuthor."""

    name: str
    avatar_url: str | None
    role: AuthorRole


@frozen(kw_only=True)
class WidgetFile:
    """WidgetFile."""

    id: UUID
    filename: str
    size: int
    type: str
    url: str | None


@frozen(kw_only=True)
class WidgetMessageView:
    """A message as visitors see it; internal notes are never among them."""

    id: UUID
    content: Mapping[str, Any]
    content_text: str
    created_at: datetime
    author: WidgetAuthor
    attachments: Sequence[WidgetFile]
    client_message_id: str | None


@frozen(kw_only=True)
class WidgetMessages:
    """WidgetMessages."""

    messages: Sequence[WidgetMessageView]


@camel
@frozen(kw_only=True)
class FormTaken:
    """FormTaken."""

    success: bool
    ticket_id: UUID
    ticket_number: int
    message: str
    duplicate: bool


@camel
@frozen(kw_only=True)
class Success:
    """Success."""

    success: bool


@frozen
class Widget:
    """Widget."""

    _calls: Calls

    async def begin_chat(
        self,
        *,
        api_key: str,
        visitor_id: str | None | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        identity: VisitorIdentity | None | Unset | Mapping[str, Any] = UNSET,
    ) -> ChatBegun:
        """Open a session for a visitor.

        api_key: The widget's key.
        visitor_id: Of an earlier visit.
        metadata: Any members, 16,384 characters of JSON.
        """
        answered: ChatBegun = await self._calls.answer(
            ChatBegun,
            "POST",
            "/api/widget/init",
            body={"apiKey": api_key, "visitorId": visitor_id, "metadata": metadata, "identity": identity},
        )
        return answered

    async def read_config(self, *, api_key: str) -> ConfigView:
        """Read a widget's theme and form.

        api_key: The widget's key.
        """
        answered: ConfigView = await self._calls.answer(
            ConfigView, "GET", "/api/widget/config", query={"apiKey": api_key}
        )
        return answered

    async def send_in(
        self,
        *,
        message: str,
        session_token: str | None | Unset = UNSET,
        attachments: Sequence[UUID] | Unset = UNSET,
        client_message_id: str | None | Unset = UNSET,
        pre_chat: Mapping[str, Any] | None | Unset = UNSET,
        x_widget_session: str | None | Unset = UNSET,
    ) -> MessageTaken:
        """Send a visitor's message.

        The first one opens a ticket, the following join it. The same text within 30 seconds is one
        message.

        session_token: Of the session, from `init`.
        attachments: Ids of uploads of this session.
        pre_chat: Answers to the form.
        x_widget_session: Of the session, from `init`.
        """
        answered: MessageTaken = await self._calls.answer(
            MessageTaken,
            "POST",
            "/api/widget/message",
            body={
                "message": message,
                "sessionToken": session_token,
                "attachments": attachments,
                "clientMessageId": client_message_id,
                "preChat": pre_chat,
            },
            headers={"X-Widget-Session": x_widget_session},
        )
        return answered

    async def read_in(
        self,
        *,
        session_token: str | None = None,
        after: UUID | None = None,
        x_widget_session: str | None | Unset = UNSET,
    ) -> WidgetMessages:
        """Read the messages of a session, the oldest first; with `after`, only new ones.

        session_token: Of the session, from `init`.
        after: Only messages behind this one.
        x_widget_session: Of the session, from `init`.
        """
        answered: WidgetMessages = await self._calls.answer(
            WidgetMessages,
            "GET",
            "/api/widget/message",
            query={"sessionToken": session_token, "after": after},
            headers={"X-Widget-Session": x_widget_session},
        )
        return answered

    async def submit_contact_form(
        self,
        *,
        api_key: str,
        name: str,
        email: str,
        message: str,
        custom_fields: Mapping[str, Any] | Unset = UNSET,
        website: str | Unset = UNSET,
        elapsed_ms: int | None | Unset = UNSET,
    ) -> FormTaken:
        """Submit a contact form, which opens a ticket.

        api_key: The widget's key.
        custom_fields: Any members, 16,384 characters of JSON.
        elapsed_ms: How long the form was open.
        """
        answered: FormTaken = await self._calls.answer(
            FormTaken,
            "POST",
            "/api/widget/contact",
            body={
                "apiKey": api_key,
                "name": name,
                "email": email,
                "message": message,
                "customFields": custom_fields,
                "website": website,
                "elapsedMs": elapsed_ms,
            },
        )
        return answered

    async def upload_in(self, *, file: Any, x_widget_session: str | None | Unset = UNSET) -> WidgetFile:
        """Upload a file, for a message of the same session.

        file: Its type is told by its bytes, not by what is said of it.
        x_widget_session: Of the session, from `init`.
        """
        answered: WidgetFile = await self._calls.answer(
            WidgetFile,
            "POST",
            "/api/widget/upload",
            files={"file": file},
            headers={"X-Widget-Session": x_widget_session},
        )
        return answered

    def stream_in(
        self,
        *,
        session_token: str | None = None,
        after: UUID | None = None,
        x_widget_session: str | None | Unset = UNSET,
        last_event_id: UUID | None | Unset = UNSET,
    ) -> Stream:
        """Follow a session's messages live, as server-sent events.

        `message` holds a message as `GET /api/widget/message` shows it, its id is the event's: with
        `Last-Event-ID` a
        stream goes on where it broke off. `typing` says whether an agent is writing.

        session_token: Of the session, from `init`.
        after: Only messages behind this one.
        x_widget_session: Of the session, from `init`.
        last_event_id: The last message that was received.
        """
        return self._calls.stream(
            "/api/widget/stream", {"sessionToken": session_token, "after": after}, last_event_id
        )

    async def type_in(
        self,
        *,
        typing: bool,
        session_token: str | None | Unset = UNSET,
        x_widget_session: str | None | Unset = UNSET,
    ) -> Success:
        """Say that the visitor begins or stops to write; it holds for some seconds.

        session_token: Of the session, from `init`.
        x_widget_session: Of the session, from `init`.
        """
        answered: Success = await self._calls.answer(
            Success,
            "POST",
            "/api/widget/typing",
            body={"typing": typing, "sessionToken": session_token},
            headers={"X-Widget-Session": x_widget_session},
        )
        return answered

    async def see_in(
        self,
        *,
        conversation_id: UUID,
        session_token: str | None | Unset = UNSET,
        x_widget_session: str | None | Unset = UNSET,
    ) -> Success:
        """Say that the visitor has seen the messages up to this one.

        session_token: Of the session, from `init`.
        x_widget_session: Of the session, from `init`.
        """
        answered: Success = await self._calls.answer(
            Success,
            "POST",
            "/api/widget/seen",
            body={"conversationId": conversation_id, "sessionToken": session_token},
            headers={"X-Widget-Session": x_widget_session},
        )
        return answered
