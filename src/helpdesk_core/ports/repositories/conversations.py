"""Messages and their files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import (
    AttachmentId,
    ConversationId,
    OrganizationId,
    TicketId,
)
from helpdesk_core.paging import Page, Slice
from helpdesk_core.tickets import Channel


class ConversationReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, conversation_id: ConversationId
    ) -> Conversation | None: ...

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId, page: Page
    ) -> Slice[Conversation]:
        """Sorts by created_at."""
        ...

    async def behind(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        after_id: ConversationId | None,
        limit: int,
    ) -> Sequence[Conversation]:
        """So many of the ticket's messages that came after that one, whose ticket it may not be, oldest first.

        The ticket's first ones where no message is named, or nobody knows it.
        """
        ...

    async def of_tickets(
        self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Sequence[Conversation]]:
        """The newest hundred messages of each of these tickets, oldest first."""
        ...

    async def texts_of(
        self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Sequence[str]]:
        """How the newest twenty messages of each ticket begin (5,000 characters of plain text), the newest first."""
        ...

    async def by_message_id(
        self, organization_id: OrganizationId, message_id: str
    ) -> Conversation | None: ...

    async def by_external_id(
        self, organization_id: OrganizationId, channel: Channel, external_id: str
    ) -> Conversation | None: ...

    async def by_external_ids(
        self, organization_id: OrganizationId, channel: Channel, external_ids: Sequence[str]
    ) -> Mapping[str, ConversationId]:
        """Those of these messages that are known."""
        ...

    async def by_message_ids(
        self, organization_id: OrganizationId, message_ids: Sequence[str]
    ) -> Mapping[str, ConversationId]:
        """Those of these mails that are known."""
        ...

    async def last_mail(self, organization_id: OrganizationId, ticket_id: TicketId) -> Conversation | None:
        """The newest message of the ticket that has a Message-ID and came from outside, else the newest of ours."""
        ...


class Conversations(ConversationReads, Protocol):
    async def add(self, conversation: Conversation) -> None:
        """Raises AlreadyTaken where its message id or external id is known in the organization."""
        ...

    async def add_all(self, conversations: Sequence[Conversation]) -> None:
        """As `add` of each, at less cost; one that cannot be added fails the whole unit."""
        ...

    async def replace(self, conversation: Conversation) -> None: ...

    async def remove(self, organization_id: OrganizationId, conversation_id: ConversationId) -> None:
        """One that has no files; its ticket is the caller's."""
        ...


class AttachmentReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, attachment_id: AttachmentId
    ) -> Attachment | None: ...

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[AttachmentId]
    ) -> Mapping[AttachmentId, Attachment]: ...

    async def of_ticket(self, organization_id: OrganizationId, ticket_id: TicketId) -> Sequence[Attachment]:
        """In no order."""
        ...

    async def named(self, organization_id: OrganizationId, digests: Sequence[str]) -> frozenset[str]:
        """Which of these digests an attachment of the organization has."""
        ...

    async def loose(self, before: datetime, limit: int) -> Sequence[Attachment]:
        """Those that are bound to nothing and older than that, the oldest first, of whatever organization."""
        ...


class Attachments(AttachmentReads, Protocol):
    async def add(self, attachment: Attachment) -> None: ...

    async def add_all(self, attachments: Sequence[Attachment]) -> None: ...

    async def replace(self, attachment: Attachment) -> None: ...

    async def remove(self, organization_id: OrganizationId, attachment_id: AttachmentId) -> None: ...
