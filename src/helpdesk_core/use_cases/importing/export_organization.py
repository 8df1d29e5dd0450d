"""Everything of an organization is told, page by page, for its own people to take along."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, NewId, OrganizationId
from helpdesk_core.imports.brought import Brought, BroughtMessage, BroughtTicket, Kind
from helpdesk_core.imports.telling import (
    article_told,
    customer_told,
    field_told,
    macro_told,
    message_told,
    team_told,
    ticket_told,
    user_told,
)
from helpdesk_core.paging import MAX_LIMIT, Page, Slice, pages
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import ArticleFilter, CustomerFilter, TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.users import Actor


@frozen
class Exported:
    """What was written to `folder`: things by their kinds, and files by their digests, each once."""

    folder: str
    counts: Mapping[str, int]
    files: int
    bytes: int


T = TypeVar("T")

AT_ONCE: Final = 50
"""Tickets of one page."""
MOST_MISSING: Final = 1_000
"""Behind the last ticket, so many numbers in a row without one mean that there is none left."""


@frozen
class ExportOrganization:
    """Notes in the log that an organization is exported; then each kind can be read, a page at a time.

    Each page is as of one moment, and all of them together are not: what changes meanwhile may be told either way.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def begin(self, organization_id: OrganizationId, actor: Actor) -> None:
        """Notes who takes everything along."""

        async def unit(work: Work) -> None:
            occasion = Occasion(self.clock(), self.new_id, actor)
            event = occasion.event(organization_id, "organization.exported", organization_id)
            await work.log.append(event)

        await self.store.transact(unit)

    async def things(self, organization_id: OrganizationId, kind: Kind) -> AsyncIterator[Sequence[Brought]]:
        """All of one kind, in an order that stays; tickets by their numbers, merged ones without words.

        The references of their files are digests.
        """
        match kind:
            case Kind.CUSTOMERS:
                async for customers in self._pages(
                    lambda view, page: view.customers.page(organization_id, CustomerFilter(), page)
                ):
                    yield [customer_told(one) for one in customers]
            case Kind.ARTICLES:
                async for articles in self._pages(
                    lambda view, page: view.articles.page(organization_id, ArticleFilter(), page)
                ):
                    yield [article_told(one) for one in articles]
            case Kind.TICKETS:
                async for tickets in self._tickets(organization_id):
                    yield tickets
            case _:
                yield await self.store.read(partial(_few, organization_id, kind))

    async def _pages(
        self,
        read: Callable[[View, Page], Awaitable[Slice[T]]],
        sort: str = "created_at",
        limit: int = MAX_LIMIT,
    ) -> AsyncIterator[Sequence[T]]:
        async def one(page: Page) -> Slice[T]:
            return await self.store.read(lambda view: read(view, page))

        async for found in pages(one, Page(limit, sort)):
            yield found

    async def _tickets(self, organization_id: OrganizationId) -> AsyncIterator[Sequence[Brought]]:
        custom = await self.store.read(lambda view: view.custom_fields.of(organization_id))
        fields = {one.name: one for one in custom}
        number = 0
        async for listed in self._pages(
            lambda view, page: view.tickets.page(organization_id, TicketFilter(), page), "number", AT_ONCE
        ):
            for ticket in listed:
                async for merged in self._merged(organization_id, number, ticket.number):
                    yield [ticket_told(merged, (), None, fields)]
                yield [await self._whole(ticket, fields)]
                number = ticket.number
        async for merged in self._merged(organization_id, number, None):
            yield [ticket_told(merged, (), None, fields)]

    async def _merged(
        self, organization_id: OrganizationId, after: int, before: int | None
    ) -> AsyncIterator[Ticket]:
        """The tickets with numbers between these, which are in no list: merged ones. Other numbers are nobody's."""
        number, missing = after + 1, 0
        while number < before if before is not None else missing < MOST_MISSING:
            ticket = await self.store.read(partial(_numbered, organization_id, number))
            number, missing = number + 1, 0 if ticket else missing + 1
            if ticket is not None and ticket.merged_into_id is not None:
                yield ticket

    async def _whole(self, ticket: Ticket, fields: Mapping[str, CustomField]) -> BroughtTicket:
        messages: list[BroughtMessage] = []
        page: Page | None = Page(MAX_LIMIT, "created_at")
        while page is not None:
            found, files = await self.store.read(partial(_said, ticket, page))
            messages += [message_told(one, files) for one in found.items]
            page = evolve(page, after=found.next) if found.next is not None else None
        rating = await self.store.read(lambda view: view.ratings.of_ticket(ticket.organization_id, ticket.id))
        return ticket_told(ticket, messages, rating, fields)


async def _few(organization_id: OrganizationId, kind: Kind, view: View) -> Sequence[Brought]:
    match kind:
        case Kind.TEAMS:
            return [team_told(one) for one in await view.teams.of(organization_id)]
        case Kind.USERS:
            teams = await view.teams.of(organization_id)
            return [user_told(one, teams) for one in await view.users.of(organization_id)]
        case Kind.FIELDS:
            return [field_told(one) for one in await view.custom_fields.of(organization_id)]
        case Kind.MACROS:
            return [macro_told(one) for one in await view.macros.of(organization_id)]
    return []


async def _numbered(organization_id: OrganizationId, number: int, view: View) -> Ticket | None:
    return await view.tickets.by_number(organization_id, number)


async def _said(
    ticket: Ticket, page: Page, view: View
) -> tuple[Slice[Conversation], Mapping[AttachmentId, Attachment]]:
    found = await view.conversations.of_ticket(ticket.organization_id, ticket.id, page)
    ids = [file_id for message in found.items for file_id in message.attachment_ids]
    files = await view.attachments.many(ticket.organization_id, ids) if ids else {}
    return found, files
