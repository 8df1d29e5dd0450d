"""Everything there is of a customer, for them to have."""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, files_of
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.customers import Customer
from helpdesk_core.errors import Conflict
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import AttachmentId, CustomerId, NewId, OrganizationId, TicketId
from helpdesk_core.imports.references import Reference
from helpdesk_core.orders import Order
from helpdesk_core.paging import MAX_LIMIT, Page, Position, Slice, pages
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import OrderFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.satisfaction import SatisfactionRating
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.customers.erase_customer import tickets_of
from helpdesk_core.use_cases.customers.merge_customers import known_customer
from helpdesk_core.users import Actor


@frozen
class ExportedTicket:
    """One ticket, its rating, and whether it is the customer's own or one they took part in."""

    ticket: Ticket
    rating: SatisfactionRating | None
    is_theirs: bool


@frozen
class ExportedMessages:
    """Some of the messages of a ticket, oldest first, with their files' names and digests."""

    messages: Sequence[Conversation]
    attachments: Mapping[AttachmentId, Attachment]


@frozen
class ExportCustomer:
    """Notes in the log that a customer is exported; then each part can be read, a page at a time.

    NotFound for a foreign one, Conflict for one who was merged.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def begin(
        self, organization_id: OrganizationId, customer_id: CustomerId, actor: Actor
    ) -> tuple[Customer, Sequence[TicketId]]:
        """The customer, and the tickets on which there is something of theirs."""

        async def unit(work: Work) -> tuple[Customer, Sequence[TicketId]]:
            customer = await known_customer(organization_id, customer_id, work)
            if customer.merged_into_id is not None:
                raise Conflict(f"The customer was merged into {customer.merged_into_id}; export that one.")
            occasion = Occasion(self.clock(), self.new_id, actor)
            await work.log.append(occasion.event(organization_id, "customer.exported", customer_id))
            return customer, sorted(await tickets_of(customer, work))

        return await self.store.transact(unit)

    async def ticket(self, customer: Customer, ticket_id: TicketId) -> ExportedTicket | None:
        """None: it is gone meanwhile."""

        async def unit(view: View) -> ExportedTicket | None:
            ticket = await view.tickets.get(customer.organization_id, ticket_id)
            if ticket is None:
                return None
            is_theirs = ticket.customer_id == customer.id
            rating = await view.ratings.of_ticket(ticket.organization_id, ticket_id) if is_theirs else None
            return ExportedTicket(ticket, rating, is_theirs)

        return await self.store.read(unit)

    async def messages(self, customer: Customer, exported: ExportedTicket) -> AsyncIterator[ExportedMessages]:
        """Of their own ticket all messages, notes too; of another's only what they wrote."""
        page: Page | None = Page(limit=50, sort="created_at")
        while page is not None:
            found, after = await self.store.read(partial(_messages, customer, exported, page))
            yield found
            page = evolve(page, after=after) if after is not None else None

    async def orders(self, customer: Customer) -> AsyncIterator[Sequence[Order]]:
        """What they bought, oldest first."""
        theirs = OrderFilter(customer_id=customer.id)

        async def read(page: Page) -> Slice[Order]:
            return await self.store.read(
                lambda view: view.orders.page(customer.organization_id, theirs, page)
            )

        async for orders in pages(read, Page(limit=MAX_LIMIT, sort="created_at")):
            yield orders

    async def talks(self, customer: Customer) -> Sequence[Correspondence]:
        """The conversations with them at providers."""
        found = await self.store.read(
            lambda view: view.correspondences.of_customer(customer.organization_id, customer.id)
        )
        return [one for one in found if one.alias_of is None]

    async def origins(self, customer: Customer) -> Sequence[Reference]:
        """What they are elsewhere, where they were imported from."""
        known = await self.store.read(lambda view: view.references.to(customer.organization_id, customer.id))
        return [one for one in known if not one.awaited and not one.erased]

    async def events(self, customer: Customer) -> AsyncIterator[Sequence[DomainEvent]]:
        """What happened to the customer, oldest first."""

        async def read(page: Page) -> Slice[DomainEvent]:
            return await self.store.read(
                lambda view: view.log.about(customer.organization_id, customer.id, page)
            )

        async for events in pages(read, Page(limit=MAX_LIMIT, sort="recorded_at")):
            yield events


async def _messages(
    customer: Customer, exported: ExportedTicket, page: Page, view: View
) -> tuple[ExportedMessages, Position | None]:
    organization_id = customer.organization_id
    found = await view.conversations.of_ticket(organization_id, exported.ticket.id, page)
    shown = [one for one in found.items if _concerns(customer, exported, one)]
    ids = [file_id for message in shown for file_id in files_of(message)]
    attachments = await view.attachments.many(organization_id, ids) if ids else {}
    return ExportedMessages(shown, attachments), found.next


def _concerns(customer: Customer, exported: ExportedTicket, message: Conversation) -> bool:
    return exported.is_theirs or message.author.id == customer.id
