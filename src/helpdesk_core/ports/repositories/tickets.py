"""Tickets, and where mail belongs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from helpdesk_core.ids import (
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
    q: str | None = None


class TicketReads(Protocol):
    async def get(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket | None:
        """Merged ones too."""
        ...

    async def by_number(self, organization_id: OrganizationId, number: int) -> Ticket | None: ...

    async def page(self, organization_id: OrganizationId, wanted: TicketFilter, page: Page) -> Slice[Ticket]:
        """Sorts by created_at, updated_at, last_message_at, number. The cost does not grow with the depth."""
        ...


class Tickets(TicketReads, Protocol):
    async def next_number(self, organization_id: OrganizationId) -> int:
        """The next number, from 1; a unit that is rolled back leaves no hole."""
        ...

    async def add(self, ticket: Ticket) -> None: ...

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

    async def move(self, organization_id: OrganizationId, source: TicketId, target: TicketId) -> None:
        """Moves conversations, attachments, participants and mentions of a merged ticket."""
        ...
