"""Conversations: single messages of a ticket, and how their delivery stands."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from attrs import Factory, evolve, field, frozen

from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId, TicketId
from helpdesk_core.tickets import Channel

Document = dict[str, Any]
"""A ProseMirror document, see `helpdesk_core.richtext`."""


class Kind(StrEnum):
    """Who a message is for: from the customer, to the customer, or among colleagues."""

    INBOUND = "inbound"
    REPLY = "reply"
    NOTE = "note"


class DeliveryState(StrEnum):
    """How far an answer has come."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    BOUNCED = "bounced"
    FAILED = "failed"


@frozen
class DeliveryStatus:
    """The state of an answer on its way, and a sentence where one is needed."""

    state: DeliveryState
    detail: str | None = None


class TranslationState(StrEnum):
    """`not_configured`: nothing here translates, so the message stands as it was written."""

    PENDING = "pending"
    TRANSLATED = "translated"
    NOT_CONFIGURED = "not_configured"
    FAILED = "failed"


class AuthorType(StrEnum):
    CUSTOMER = "customer"
    USER = "user"
    API_KEY = "api_key"
    SYSTEM = "system"


class AuthorRole(StrEnum):
    """How a message's author is shown; a program that answers speaks as an agent."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


@frozen
class Author:
    """Who wrote a message, as it was known when it was written."""

    type: AuthorType
    id: UUID | None
    name: str
    role: AuthorRole
    avatar_url: str | None = None


@frozen
class MailHeaders:
    """What threading and sending need to remember of a mail: ids in canonical form, addresses as written."""

    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    from_: str | None = None
    reply_to: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str | None = None


@frozen
class Translation:
    """A message in another language; `state` says how that stands where there is no text."""

    language: str
    text: str | None = None
    state: TranslationState = TranslationState.PENDING


@frozen
class Conversation:
    """ONE message of a ticket (the specification's word)."""

    id: ConversationId
    organization_id: OrganizationId
    ticket_id: TicketId
    kind: Kind
    channel: Channel
    author: Author
    content: Document
    content_text: str
    content_html: str
    created_at: datetime
    language: str | None = None
    delivery: DeliveryStatus | None = None
    mail: MailHeaders = field(factory=MailHeaders)
    attachment_ids: tuple[AttachmentId, ...] = ()
    external_id: str | None = None
    """The provider's own id of this message, unique within organization and channel."""
    warnings: tuple[str, ...] = ()
    """What an agent should know: a newcomer in the thread, a body that could not be fetched."""
    metadata: Mapping[str, Any] = Factory(dict)
    origin_ticket_id: TicketId | None = None
    """The ticket it was written on, where merging has moved it."""
    translation: Translation | None = None
    new_text: str | None = None
    """What was written for this message, where it repeats more than that; None: all of it is new."""
    new_html: str | None = None
    """The same of `content_html`; None: it cannot be told apart there, or all of it is new."""
    raw_id: AttachmentId | None = None
    """The mail as it came, a file beside its attachments."""
    redacted_at: datetime | None = None
    """When its words were blacked out; they are gone for good."""

    @property
    def said_by_itself(self) -> bool:
        """Whether it is an answer of the desk's own, by a rule or an acknowledgement: nobody's response."""
        return self.kind is Kind.REPLY and self.author.type is AuthorType.SYSTEM


def files_of(conversation: Conversation) -> tuple[AttachmentId, ...]:
    """All its files, with the mail as it came."""
    raw = () if conversation.raw_id is None else (conversation.raw_id,)
    return (*conversation.attachment_ids, *raw)


RANK = {
    DeliveryState.QUEUED: 0,
    DeliveryState.FAILED: 1,
    DeliveryState.SENT: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.READ: 4,
    DeliveryState.BOUNCED: 5,
}


def with_delivery(
    conversation: Conversation, state: DeliveryState, detail: str | None = None
) -> Conversation:
    """The conversation with its delivery moved on.

    States only move forward (a late `sent` does not undo `read`), but for a retry, which puts `failed` back to
    `queued`. A note or a customer's message has no delivery and stays as it is.
    """
    current = conversation.delivery
    if current is None:
        return conversation
    retried = current.state is DeliveryState.FAILED and state is DeliveryState.QUEUED
    if not retried and RANK[state] < RANK[current.state]:
        return conversation
    return evolve(conversation, delivery=DeliveryStatus(state, detail))
