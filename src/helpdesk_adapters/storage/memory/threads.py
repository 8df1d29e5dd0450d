"""What the store knows about where a letter belongs."""

from collections.abc import Iterable, Sequence

from helpdesk_adapters.storage.memory.conversations import Attachments, Conversations
from helpdesk_adapters.storage.memory.tickets import Tickets
from helpdesk_adapters.storage.memory.traces import Traces
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId, TicketId
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.threads import Candidate, Evidence
from helpdesk_core.tickets import Ticket

MOST_ALIKE = 5
"""Tickets with the same subject that are handed out at most."""


class Threads:
    def __init__(
        self, tickets: Tickets, conversations: Conversations, attachments: Attachments, traces: Traces
    ) -> None:
        self._tickets = tickets
        self._conversations = conversations
        self._attachments = attachments
        self._traces = traces

    async def evidence(self, organization_id: OrganizationId, query: ThreadQuery) -> Evidence:
        by_message, by_mention = {}, {}
        for message_id in query.ids:
            held = await self._conversations.by_message_id(organization_id, message_id)
            if held is not None:
                by_message[message_id] = self._candidates(organization_id, [held.ticket_id])
            quoting = self._traces.quoting(organization_id, message_id)
            if quoting:
                by_mention[message_id] = self._candidates(organization_id, quoting)
        return Evidence(
            by_token=self._numbered(organization_id, query.token_number),
            by_message=by_message,
            by_mention=by_mention,
            by_number=self._numbered(organization_id, query.subject_number),
            by_subject=self._alike(organization_id, query),
        )

    async def remember(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        ids: Sequence[str],
        customer_id: CustomerId | None,
    ) -> None:
        self._existing(organization_id, ticket_id)
        for message_id in ids:
            self._traces.mention(organization_id, message_id, ticket_id)
        if customer_id is not None:
            self._traces.take_part(organization_id, customer_id, ticket_id)

    async def remember_all(
        self,
        organization_id: OrganizationId,
        named: Sequence[tuple[TicketId, str]],
        taking_part: Sequence[tuple[TicketId, CustomerId]],
    ) -> None:
        for ticket_id, message_id in named:
            await self.remember(organization_id, ticket_id, (message_id,), None)
        for ticket_id, customer_id in taking_part:
            await self.remember(organization_id, ticket_id, (), customer_id)

    async def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        moved = self._existing(organization_id, source)
        self._existing(organization_id, target)
        self._conversations.move(organization_id, source, target)
        self._attachments.move(organization_id, source, target)
        self._traces.move(organization_id, source, target)
        self._traces.take_part(organization_id, moved.customer_id, target)

    async def part(
        self,
        organization_id: OrganizationId,
        source: TicketId,
        target: TicketId,
        conversation_ids: Sequence[ConversationId],
        origins: Sequence[TicketId],
    ) -> None:
        self._existing(organization_id, source)
        self._existing(organization_id, target)
        for conversation_id in conversation_ids:
            conversation = await self._conversations.get(organization_id, conversation_id)
            if conversation is not None and conversation.ticket_id == source:
                self._attachments.part(conversation, target)
                self._conversations.part(conversation, target, origins)

    async def forget(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        quoted: Sequence[str],
        customer_ids: Sequence[CustomerId],
    ) -> None:
        self._existing(organization_id, ticket_id)
        self._traces.forget_of(organization_id, ticket_id, quoted, customer_ids)

    def _existing(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket:
        ticket = self._tickets.find(organization_id, ticket_id)
        if ticket is None:
            raise NotFound("ticket", ticket_id)
        return ticket

    def _numbered(self, organization_id: OrganizationId, number: int | None) -> Candidate | None:
        ticket = None if number is None else self._tickets.numbered(organization_id, number)
        target = None if ticket is None else self._target(organization_id, ticket)
        return None if target is None else self._candidate(target)

    def _alike(self, organization_id: OrganizationId, query: ThreadQuery) -> tuple[Candidate, ...]:
        if query.customer_id is None:
            return ()
        alike = self._tickets.alike(organization_id, query.customer_id, query.subject_key)
        found = self._candidates(organization_id, [ticket.id for ticket in alike])
        recent = (one for one in found if query.since is None or one.last_message_at >= query.since)
        newest = sorted(recent, key=lambda one: (one.last_message_at, one.number), reverse=True)
        return tuple(newest[:MOST_ALIKE])

    def _candidates(self, organization_id: OrganizationId, ids: Iterable[TicketId]) -> tuple[Candidate, ...]:
        """The tickets, each once and by number, merged ones replaced by their targets."""
        tickets = (self._tickets.find(organization_id, ticket_id) for ticket_id in ids)
        targets = (self._target(organization_id, ticket) for ticket in tickets if ticket is not None)
        found = {ticket.id: self._candidate(ticket) for ticket in targets if ticket is not None}
        return tuple(sorted(found.values(), key=lambda one: one.number))

    def _target(self, organization_id: OrganizationId, ticket: Ticket) -> Ticket | None:
        target: Ticket | None = ticket
        while target is not None and target.merged_into_id is not None:
            target = self._tickets.find(organization_id, target.merged_into_id)
        return target

    def _candidate(self, ticket: Ticket) -> Candidate:
        participants = self._traces.participants(ticket.organization_id, ticket.id)
        return Candidate(
            ticket_id=ticket.id,
            number=ticket.number,
            closed=ticket.closed,
            participants=participants | {ticket.customer_id},
            subject_key=ticket.subject_key,
            last_message_at=ticket.last_message_at or ticket.created_at,
            kept_apart=ticket.kept_apart,
        )
