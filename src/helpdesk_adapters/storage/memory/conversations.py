"""Conversations and their attachments."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from attrs import evolve

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.search import Text, TextsOf, WordIndex
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table, Unique
from helpdesk_adapters.storage.memory.tickets import Tickets
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import AuthorType, Conversation, Kind
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import AttachmentId, ConversationId, CustomerId, OrganizationId, TicketId
from helpdesk_core.paging import Page, Position, Slice
from helpdesk_core.tickets import Channel, Ticket

NEWEST = 100
"""How many messages of each ticket are handed out with several tickets."""

TOLD, BEGINNING = 20, 5_000
"""How many messages of each are looked through for words, and so many characters of them."""


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
        self._by = Groups[ConversationId, Conversation](
            lambda row: (
                (row.organization_id, row.author.id) if row.author.type is AuthorType.CUSTOMER else None
            )
        )
        known = Refers[ConversationId, Conversation]("ticket", lambda row: row.ticket_id, tickets.rows)
        self._rows = Table(journal, self._by_name, *self._lists.values(), texts, self._by, known)
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

    async def behind(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        after_id: ConversationId | None,
        limit: int,
    ) -> Sequence[Conversation]:
        last = None if after_id is None else await self.get(organization_id, after_id)
        after = None if last is None else Position(last.created_at, last.id)
        page = Page(limit=limit, sort="created_at", after=after)
        return (await self.of_ticket(organization_id, ticket_id, page)).items

    async def of_tickets(
        self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Sequence[Conversation]]:
        newest = {
            ticket_id: list(islice(self.newest_first(organization_id, ticket_id), NEWEST))
            for ticket_id in ticket_ids
        }
        return {ticket_id: messages[::-1] for ticket_id, messages in newest.items() if messages}

    async def texts_of(
        self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Sequence[str]]:
        newest = {
            ticket_id: islice(self.newest_first(organization_id, ticket_id), TOLD) for ticket_id in ticket_ids
        }
        texts = {key: [one.content_text[:BEGINNING] for one in messages] for key, messages in newest.items()}
        return {ticket_id: found for ticket_id, found in texts.items() if found}

    async def by_message_id(self, organization_id: OrganizationId, message_id: str) -> Conversation | None:
        return self._named((organization_id, message_id))

    async def by_external_id(
        self, organization_id: OrganizationId, channel: Channel, external_id: str
    ) -> Conversation | None:
        return self._named((organization_id, channel, external_id))

    async def by_external_ids(
        self, organization_id: OrganizationId, channel: Channel, external_ids: Sequence[str]
    ) -> Mapping[str, ConversationId]:
        found = ((one, self._named((organization_id, channel, one))) for one in external_ids)
        return {one: known.id for one, known in found if known is not None}

    async def by_message_ids(
        self, organization_id: OrganizationId, message_ids: Sequence[str]
    ) -> Mapping[str, ConversationId]:
        found = ((one, self._named((organization_id, one))) for one in message_ids)
        return {one: known.id for one, known in found if known is not None}

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

    async def add_all(self, conversations: Sequence[Conversation]) -> None:
        for conversation in conversations:
            await self.add(conversation)

    async def replace(self, conversation: Conversation) -> None:
        if await self.get(conversation.organization_id, conversation.id) is None:
            raise NotFound("conversation", conversation.id)
        self._rows.put(conversation.id, conversation)

    async def remove(self, organization_id: OrganizationId, conversation_id: ConversationId) -> None:
        if await self.get(organization_id, conversation_id) is not None:
            self._rows.drop(conversation_id)

    def newest_first(self, organization_id: OrganizationId, ticket_id: TicketId) -> Iterator[Conversation]:
        keys = self._lists["created_at"].descending((organization_id, ticket_id))
        return (self._rows[key] for key in keys)

    def by(self, organization_id: OrganizationId, customer_id: CustomerId) -> list[Conversation]:
        """What the customer wrote, in no order."""
        return [self._rows[key] for key in self._by.of((organization_id, customer_id))]

    def hand_over(self, organization_id: OrganizationId, source: CustomerId, target: CustomerId) -> None:
        for conversation in self.by(organization_id, source):
            author = evolve(conversation.author, id=target)
            self._rows.put(conversation.id, evolve(conversation, author=author))

    def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        for conversation in list(self.newest_first(organization_id, source)):
            origin = conversation.origin_ticket_id or source
            self._rows.put(conversation.id, evolve(conversation, ticket_id=target, origin_ticket_id=origin))

    def part(self, conversation: Conversation, target: TicketId, origins: Sequence[TicketId]) -> None:
        origin = conversation.origin_ticket_id if conversation.origin_ticket_id in origins else None
        self._rows.put(conversation.id, evolve(conversation, ticket_id=target, origin_ticket_id=origin))

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
        self._same = Groups[AttachmentId, Attachment](
            lambda row: None if row.digest is None else (row.organization_id, row.digest)
        )
        self._loose = Groups[AttachmentId, Attachment](lambda row: "all" if row.loose else None)
        self._rows = Table(journal, self._of, self._same, self._loose, known)
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

    async def named(self, organization_id: OrganizationId, digests: Sequence[str]) -> frozenset[str]:
        return frozenset(digest for digest in digests if self._same.of((organization_id, digest)))

    async def loose(self, before: datetime, limit: int) -> Sequence[Attachment]:
        found = [row for key in self._loose.of("all") if (row := self._rows[key]).created_at < before]
        return sorted(found, key=lambda row: (row.created_at, row.id))[:limit]

    async def of_ticket(self, organization_id: OrganizationId, ticket_id: TicketId) -> Sequence[Attachment]:
        return [self._rows[key] for key in self._of.of((organization_id, ticket_id))]

    async def add(self, attachment: Attachment) -> None:
        self._rows.add(attachment.id, attachment)

    async def add_all(self, attachments: Sequence[Attachment]) -> None:
        for attachment in attachments:
            await self.add(attachment)

    async def replace(self, attachment: Attachment) -> None:
        if await self.get(attachment.organization_id, attachment.id) is None:
            raise NotFound("attachment", attachment.id)
        self._rows.put(attachment.id, attachment)

    async def remove(self, organization_id: OrganizationId, attachment_id: AttachmentId) -> None:
        if await self.get(organization_id, attachment_id) is not None:
            self._rows.drop(attachment_id)

    def forget(self, organization_id: OrganizationId, ids: Sequence[AttachmentId]) -> list[str]:
        """Removes these; the digests that no other one of the organization has."""
        found = [self._rows.get(attachment_id) for attachment_id in ids]
        gone = [one for one in found if one is not None and one.organization_id == organization_id]
        for one in gone:
            self._rows.drop(one.id)
        digests = {one.digest for one in gone if one.digest is not None}
        return sorted(digest for digest in digests if not self._same.size((organization_id, digest)))

    def part(self, conversation: Conversation, target: TicketId) -> None:
        for attachment_id in self._of.of((conversation.organization_id, conversation.ticket_id)):
            attachment = self._rows[attachment_id]
            if attachment.conversation_id == conversation.id:
                self._rows.put(attachment_id, evolve(attachment, ticket_id=target))

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
