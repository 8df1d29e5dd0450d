"""Tickets, and where mail belongs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from helpdesk_core.ids import (
    ConversationId,
    CustomerId,
    OrganizationId,
    TeamId,
    TicketId,
    UserId,
)
from helpdesk_core.paging import Page, Slice
from helpdesk_core.threads import Evidence
from helpdesk_core.tickets import Channel, Priority, Status, Ticket


@frozen
class TicketFilter:
    """Which tickets; the members are all to hold, the values of one tuple are alternatives.

    `q` finds words of the subject and the messages (the last one may be a beginning). Merged tickets are never listed.
    """

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    channel: tuple[Channel, ...] = ()
    assignee_id: UserId | None = None
    unassigned: bool = False
    team_id: TeamId | None = None
    customer_id: CustomerId | None = None
    tag: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    snoozed: bool | None = None
    sla_breached: bool | None = None
    q: str | None = None


class TicketReads(Protocol):
    async def get(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket | None:
        """Merged ones too."""
        ...

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Ticket]:
        """Those that there are, merged ones too."""
        ...

    async def by_number(self, organization_id: OrganizationId, number: int) -> Ticket | None: ...

    async def page(self, organization_id: OrganizationId, wanted: TicketFilter, page: Page) -> Slice[Ticket]:
        """Sorts by created_at, updated_at, last_message_at, number. The cost does not grow with the depth."""
        ...

    async def count(self, organization_id: OrganizationId, wanted: TicketFilter, most: int) -> int:
        """How many such tickets there are; `most` means: so many at least, for counting stops there."""
        ...

    async def merged_into(self, organization_id: OrganizationId, ticket_id: TicketId) -> Sequence[Ticket]:
        """The tickets that were merged into this very one, by number."""
        ...

    async def bearing(self, organization_id: OrganizationId, tag: str, limit: int) -> Sequence[Ticket]:
        """So many of the tickets that bear the tag, by number; merged ones too."""
        ...

    async def tag_counts(
        self, organization_id: OrganizationId, tags: Sequence[str], most: int
    ) -> Mapping[str, int]:
        """How many tickets bear each tag, `most` meaning that many or more; tags that none bears are left out.

        Merged tickets do not count. O(`most`) a tag, however many there are.
        """
        ...


class Tickets(TicketReads, Protocol):
    async def next_number(self, organization_id: OrganizationId) -> int:
        """The next number, from 1; a unit that is rolled back leaves no hole."""
        ...

    async def next_numbers(self, organization_id: OrganizationId, count: int) -> int:
        """The first of so many numbers that follow each other, as `next_number` gives them."""
        ...

    async def add(self, ticket: Ticket) -> None: ...

    async def add_all(self, tickets: Sequence[Ticket]) -> None:
        """As `add` of each, at less cost; one that cannot be added fails the whole unit."""
        ...

    async def replace(self, ticket: Ticket) -> None: ...

    async def remove(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        """With its conversations, attachments' rows and threading traces."""
        ...


@frozen
class ThreadQuery:
    """What to look up of a letter, see `helpdesk_core.threads`; `ids` are its `quoted_ids`."""

    ids: tuple[str, ...] = ()
    token_number: int | None = None
    subject_number: int | None = None
    customer_id: CustomerId | None = None
    subject_key: str = ""
    since: datetime | None = None
    """Tickets found by subject must have had a message since then."""


class ThreadReads(Protocol):
    async def evidence(self, organization_id: OrganizationId, query: ThreadQuery) -> Evidence:
        """Everything the store knows about where a letter belongs; merged tickets replaced by their targets."""
        ...


class Threads(ThreadReads, Protocol):
    async def remember(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        ids: Sequence[str],
        customer_id: CustomerId | None,
    ) -> None:
        """That messages of the ticket name these ids (`quoted_ids`), and that the customer takes part in it."""
        ...

    async def remember_all(
        self,
        organization_id: OrganizationId,
        named: Sequence[tuple[TicketId, str]],
        taking_part: Sequence[tuple[TicketId, CustomerId]],
    ) -> None:
        """As `remember`, for many tickets of the organization at once."""
        ...

    async def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        """Moves conversations, attachments, participants and mentions of a merged ticket.

        A conversation that has no `origin_ticket_id` yet gets `source`.
        """
        ...

    async def part(
        self,
        organization_id: OrganizationId,
        source: TicketId,
        target: TicketId,
        conversation_ids: Sequence[ConversationId],
        origins: Sequence[TicketId],
    ) -> None:
        """Moves these messages of `source`, with their attachments, to `target`.

        Their `origin_ticket_id` stays where it is among `origins`, and is forgotten where it is not.
        """
        ...

    async def forget(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        quoted: Sequence[str],
        customer_ids: Sequence[CustomerId],
    ) -> None:
        """That messages of the ticket name the ids `quoted`, and that these customers take part in it."""
        ...
