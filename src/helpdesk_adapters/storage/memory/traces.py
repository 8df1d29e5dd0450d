"""Traces of threads: which ids the messages of a ticket quote, and who takes part in it."""

from collections.abc import Sequence
from typing import NamedTuple

from helpdesk_adapters.storage.memory.tables import Groups, Journal, Table
from helpdesk_adapters.storage.memory.tickets import Tickets
from helpdesk_core.ids import CustomerId, OrganizationId, TicketId


class Mention(NamedTuple):
    organization_id: OrganizationId
    message_id: str
    ticket_id: TicketId


class Participant(NamedTuple):
    organization_id: OrganizationId
    customer_id: CustomerId
    ticket_id: TicketId


class Traces:
    """What `threads` remembers; each row is its own key, so remembering twice is remembering once."""

    def __init__(self, journal: Journal, tickets: Tickets) -> None:
        self._quoting = Groups[Mention, Mention](lambda row: (row.organization_id, row.message_id))
        self._quoted = Groups[Mention, Mention](lambda row: (row.organization_id, row.ticket_id))
        self._mentions = Table(journal, self._quoting, self._quoted)
        self._taking_part = Groups[Participant, Participant](lambda row: (row.organization_id, row.ticket_id))
        self._of_customer = Groups[Participant, Participant](
            lambda row: (row.organization_id, row.customer_id)
        )
        self._participants = Table(journal, self._taking_part, self._of_customer)
        tickets.rows.before_drop.append(lambda ticket: self.remove_of(ticket.organization_id, ticket.id))

    def mention(self, organization_id: OrganizationId, message_id: str, ticket_id: TicketId) -> None:
        mention = Mention(organization_id, message_id, ticket_id)
        self._mentions.put(mention, mention)

    def take_part(
        self, organization_id: OrganizationId, customer_id: CustomerId, ticket_id: TicketId
    ) -> None:
        participant = Participant(organization_id, customer_id, ticket_id)
        self._participants.put(participant, participant)

    def quoting(self, organization_id: OrganizationId, message_id: str) -> Sequence[TicketId]:
        """The tickets of which some message quotes the id."""
        return [mention.ticket_id for mention in self._quoting.of((organization_id, message_id))]

    def participants(self, organization_id: OrganizationId, ticket_id: TicketId) -> frozenset[CustomerId]:
        rows = self._taking_part.of((organization_id, ticket_id))
        return frozenset(participant.customer_id for participant in rows)

    def taking_part(self, organization_id: OrganizationId, customer_id: CustomerId) -> Sequence[TicketId]:
        rows = self._of_customer.of((organization_id, customer_id))
        return [participant.ticket_id for participant in rows]

    def hand_over(self, organization_id: OrganizationId, source: CustomerId, target: CustomerId) -> None:
        for participant in self._of_customer.of((organization_id, source)):
            self._participants.drop(participant)
            self.take_part(organization_id, target, participant.ticket_id)

    def forget(self, organization_id: OrganizationId, message_id: str) -> None:
        for mention in self._quoting.of((organization_id, message_id)):
            self._mentions.drop(mention)

    def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        for mention in self._quoted.of((organization_id, source)):
            self.mention(organization_id, mention.message_id, target)
        for customer_id in self.participants(organization_id, source):
            self.take_part(organization_id, customer_id, target)
        self.remove_of(organization_id, source)

    def forget_of(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        quoted: Sequence[str],
        customer_ids: Sequence[CustomerId],
    ) -> None:
        for message_id in quoted:
            self._mentions.drop(Mention(organization_id, message_id, ticket_id))
        for customer_id in customer_ids:
            self._participants.drop(Participant(organization_id, customer_id, ticket_id))

    def remove_of(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        for mention in self._quoted.of((organization_id, ticket_id)):
            self._mentions.drop(mention)
        for participant in self._taking_part.of((organization_id, ticket_id)):
            self._participants.drop(participant)
