"""Conversations and their attachments."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from attrs import evolve

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.search import Text, TextsOf, WordIndex
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table, Unique
from helpdesk_adapters.storage.memory.tickets import Tickets
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId, TicketId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.tickets import Channel, Ticket

NEWEST = 100
"""How many messages of each ticket are handed out with several tickets."""


class Conversations:
    def __init__(self, journal: Journal, words: WordIndex, tickets: Tickets) -> None:
        self._by_name = Unique[ConversationId, Conversation](
            _names, lambda name: AlreadyTaken(f"A message with the id {name[-1]} exists already.")
        )
        self._lists = sorted_by(
            Conversation, ("created_at",), lambda row: (row.organization_id, row.ticket_id)
        )
        texts = TextsOf[ConversationId, Conversation](
            words, lambda row: Text(row.organization_id, row.ticket_id, row.content_text)
        )
        known = Refers[ConversationId, Conversation]("ticket", lambda row: row.ticket_id, tickets.rows)
        self._rows = Table(journal, self._by_name, *self._lists.values(), texts, known)
        tickets.rows.before_drop.append(self._drop_of)

    async def get(
        self, organization_id: OrganizationId, conversation_id: ConversationId
    ) -> Conversation | None:
        conversation = self._rows.get(conversation_id)
        return (
            conversation
            if conversation is not None and conversation.organization_id == organization_id
            else None
        )

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId, page: Page
    ) -> Slice[Conversation]:
        return page_of(self._lists, (organization_id, ticket_id), self._rows, page)

    async def of_tickets(
        self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Sequence[Conversation]]:
        newest = {
            ticket_id: list(islice(self.newest_first(organization_id, ticket_id), NEWEST))
            for ticket_id in ticket_ids
        }
        return {ticket_id: messages[::-1] for ticket_id, messages in newest.items() if messages}

    async def by_message_id(self, organization_id: OrganizationId, message_id: str) -> Conversation | None:
        return self._named((organization_id, message_id))

    async def by_external_id(
        self, organization_id: OrganizationId, channel: Channel, external_id: str
    ) -> Conversation | None:
        return self._named((organization_id, channel, external_id))

    async def last_mail(self, organization_id: OrganizationId, ticket_id: TicketId) -> Conversation | None:
        ours = None
        for conversation in self.newest_first(organization_id, ticket_id):
            if conversation.mail.message_id is None:
                continue
            if conversation.kind is Kind.INBOUND:
                return conversation
            ours = ours or conversation
        return ours

    async def add(self, conversation: Conversation) -> None:
        self._rows.add(conversation.id, conversation)

    async def replace(self, conversation: Conversation) -> None:
        if await self.get(conversation.organization_id, conversation.id) is None:
            raise NotFound("conversation", conversation.id)
        self._rows.put(conversation.id, conversation)

    def newest_first(self, organization_id: OrganizationId, ticket_id: TicketId) -> Iterator[Conversation]:
        keys = self._lists["created_at"].descending((organization_id, ticket_id))
        return (self._rows[key] for key in keys)

    def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        for conversation in list(self.newest_first(organization_id, source)):
            self._rows.put(conversation.id, evolve(conversation, ticket_id=target))

    def _drop_of(self, ticket: Ticket) -> None:
        for conversation in list(self.newest_first(ticket.organization_id, ticket.id)):
            self._rows.drop(conversation.id)

    def _named(self, name: tuple[object, ...]) -> Conversation | None:
        holder = self._by_name.holder(name)
        return None if holder is None else self._rows[holder]


class Attachments:
    def __init__(self, journal: Journal, tickets: Tickets) -> None:
        self._of = Groups[AttachmentId, Attachment](
            lambda row: None if row.ticket_id is None else (row.organization_id, row.ticket_id)
        )
        known = Refers[AttachmentId, Attachment]("ticket", lambda row: row.ticket_id, tickets.rows)
        self._rows = Table(journal, self._of, known)
        tickets.rows.before_drop.append(self._drop_of)

    async def get(self, organization_id: OrganizationId, attachment_id: AttachmentId) -> Attachment | None:
        attachment = self._rows.get(attachment_id)
        return (
            attachment if attachment is not None and attachment.organization_id == organization_id else None
        )

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[AttachmentId]
    ) -> Mapping[AttachmentId, Attachment]:
        found = [await self.get(organization_id, attachment_id) for attachment_id in ids]
        return {attachment.id: attachment for attachment in found if attachment is not None}

    async def add(self, attachment: Attachment) -> None:
        self._rows.add(attachment.id, attachment)

    async def replace(self, attachment: Attachment) -> None:
        if await self.get(attachment.organization_id, attachment.id) is None:
            raise NotFound("attachment", attachment.id)
        self._rows.put(attachment.id, attachment)

    def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        for attachment_id in self._of.of((organization_id, source)):
            self._rows.put(attachment_id, evolve(self._rows[attachment_id], ticket_id=target))

    def _drop_of(self, ticket: Ticket) -> None:
        for attachment_id in self._of.of((ticket.organization_id, ticket.id)):
            self._rows.drop(attachment_id)


def _names(conversation: Conversation) -> Iterator[tuple[object, ...]]:
    if conversation.mail.message_id is not None:
        yield conversation.organization_id, conversation.mail.message_id
    if conversation.external_id is not None:
        yield conversation.organization_id, conversation.channel, conversation.external_id
