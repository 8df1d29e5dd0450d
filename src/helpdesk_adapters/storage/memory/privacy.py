"""What there is of one customer among other things, ratings, and the receipts of erasures."""

from collections.abc import Sequence

from attrs import evolve

from helpdesk_adapters.storage.memory.commerce import Orders, ShopCustomers
from helpdesk_adapters.storage.memory.conversations import Attachments, Conversations
from helpdesk_adapters.storage.memory.customers import Customers
from helpdesk_adapters.storage.memory.messaging import Correspondences
from helpdesk_adapters.storage.memory.pages import page_of, page_out_of, sorted_by
from helpdesk_adapters.storage.memory.privacy_requests import PrivacyRequests
from helpdesk_adapters.storage.memory.tables import Journal, Refers, Table, Unique
from helpdesk_adapters.storage.memory.tickets import Tickets
from helpdesk_adapters.storage.memory.traces import Traces
from helpdesk_adapters.storage.memory.widget import WidgetSessions
from helpdesk_core.conversations import Conversation
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import AttachmentId, CustomerId, OrganizationId, RatingId, TicketId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import RatingFilter
from helpdesk_core.privacy import Erasure
from helpdesk_core.satisfaction import SatisfactionRating
from helpdesk_core.tickets import Ticket


class Ratings:
    def __init__(self, journal: Journal, tickets: Tickets) -> None:
        self._by_ticket = Unique[RatingId, SatisfactionRating](
            lambda row: (row.ticket_id,),
            lambda ticket_id: AlreadyTaken(f"The ticket {ticket_id} is rated already."),
        )
        self._lists = sorted_by(SatisfactionRating, ("created_at",), lambda row: row.organization_id)
        known = Refers[RatingId, SatisfactionRating]("ticket", lambda row: row.ticket_id, tickets.rows)
        self._rows = Table(journal, self._by_ticket, *self._lists.values(), known)
        tickets.rows.before_drop.append(lambda ticket: self._drop_of(ticket.id))

    async def get(self, organization_id: OrganizationId, rating_id: RatingId) -> SatisfactionRating | None:
        rating = self._rows.get(rating_id)
        return rating if rating is not None and rating.organization_id == organization_id else None

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> SatisfactionRating | None:
        holder = self._by_ticket.holder(ticket_id)
        return None if holder is None else await self.get(organization_id, holder)

    async def page(
        self, organization_id: OrganizationId, wanted: RatingFilter, page: Page
    ) -> Slice[SatisfactionRating]:
        return page_of(self._lists, organization_id, self._rows, page, lambda row: _is(row, wanted))

    async def add(self, rating: SatisfactionRating) -> None:
        self._rows.add(rating.id, rating)

    async def replace(self, rating: SatisfactionRating) -> None:
        if await self.get(rating.organization_id, rating.id) is None:
            raise NotFound("satisfaction rating", rating.id)
        self._rows.put(rating.id, rating)

    async def remove(self, organization_id: OrganizationId, rating_id: RatingId) -> None:
        if await self.get(organization_id, rating_id) is not None:
            self._rows.drop(rating_id)

    def hand_over(self, ticket_id: TicketId, target: CustomerId) -> None:
        holder = self._by_ticket.holder(ticket_id)
        if holder is not None:
            rating = self._rows[holder]
            self._rows.put(holder, evolve(rating, customer_id=target, version=rating.version + 1))

    def _drop_of(self, ticket_id: TicketId) -> None:
        holder = self._by_ticket.holder(ticket_id)
        if holder is not None:
            self._rows.drop(holder)


class Erasures:
    def __init__(self, journal: Journal, customers: Customers) -> None:
        self._rows = Table[CustomerId, Erasure](journal)
        customers.rows.before_drop.append(lambda customer: self._rows.drop(customer.id))

    async def of_customer(self, organization_id: OrganizationId, customer_id: CustomerId) -> Erasure | None:
        found = self._rows.get(customer_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def add(self, erasure: Erasure) -> None:
        if self._rows.get(erasure.customer_id) is not None:
            raise AlreadyTaken("This customer's erasure has been asked for already.")
        self._rows.put(erasure.customer_id, erasure)

    async def replace(self, erasure: Erasure) -> None:
        if await self.of_customer(erasure.organization_id, erasure.customer_id) is None:
            raise NotFound("erasure", erasure.id)
        self._rows.put(erasure.customer_id, erasure)


class Belongings:
    def __init__(
        self,
        customers: Customers,
        tickets: Tickets,
        conversations: Conversations,
        attachments: Attachments,
        traces: Traces,
        ratings: Ratings,
        visits: WidgetSessions,
        orders: Orders,
        shop_customers: ShopCustomers,
        requests: PrivacyRequests,
        correspondences: Correspondences,
    ) -> None:
        self._customers = customers
        self._tickets = tickets
        self._conversations = conversations
        self._attachments = attachments
        self._traces = traces
        self._ratings = ratings
        self._visits = visits
        self._orders = orders
        self._shop_customers = shop_customers
        self._requests = requests
        self._correspondences = correspondences

    async def tickets(
        self, organization_id: OrganizationId, customer_id: CustomerId, page: Page
    ) -> Slice[Ticket]:
        return page_out_of(self._tickets.of_customer(organization_id, customer_id), ("created_at",), page)

    async def messages(
        self, organization_id: OrganizationId, customer_id: CustomerId, page: Page
    ) -> Slice[Conversation]:
        return page_out_of(self._conversations.by(organization_id, customer_id), ("created_at",), page)

    async def taking_part(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[TicketId]:
        return self._traces.taking_part(organization_id, customer_id)

    async def following(
        self, organization_id: OrganizationId, addresses: Sequence[str]
    ) -> Sequence[TicketId]:
        ours = (ticket for ticket in self._tickets.rows if ticket.organization_id == organization_id)
        return [ticket.id for ticket in ours if not set(addresses).isdisjoint(ticket.followers)]

    async def hand_over(
        self, organization_id: OrganizationId, source: CustomerId, target: CustomerId
    ) -> None:
        for one in (source, target):
            if await self._customers.get(organization_id, one) is None:
                raise NotFound("customer", one)
        for ticket in self._tickets.of_customer(organization_id, source):
            self._tickets.rows.put(ticket.id, evolve(ticket, customer_id=target, version=ticket.version + 1))
            self._ratings.hand_over(ticket.id, target)
        self._conversations.hand_over(organization_id, source, target)
        self._traces.hand_over(organization_id, source, target)
        for visit in self._visits.of_customer(organization_id, source):
            await self._visits.replace(evolve(visit, customer_id=target))
        self._commerce_to(organization_id, source, target)

    async def release(self, organization_id: OrganizationId, customer_id: CustomerId) -> None:
        self._commerce_to(organization_id, customer_id, None)

    def _commerce_to(
        self, organization_id: OrganizationId, source: CustomerId, target: CustomerId | None
    ) -> None:
        self._orders.hand_over(organization_id, source, target)
        self._shop_customers.hand_over(organization_id, source, target)
        self._requests.hand_over(organization_id, source, target)
        self._correspondences.hand_over(organization_id, source, target)

    async def forget_files(
        self, organization_id: OrganizationId, ids: Sequence[AttachmentId]
    ) -> Sequence[str]:
        return self._attachments.forget(organization_id, ids)

    async def forget_visits(self, organization_id: OrganizationId, customer_id: CustomerId) -> int:
        visits = self._visits.of_customer(organization_id, customer_id)
        for visit in visits:
            self._visits.drop(visit)
        return len(visits)

    async def forget_mentions(self, organization_id: OrganizationId, message_ids: Sequence[str]) -> None:
        for message_id in message_ids:
            self._traces.forget(organization_id, message_id)


def _is(rating: SatisfactionRating, wanted: RatingFilter) -> bool:
    return (
        (wanted.score is None or rating.score is wanted.score)
        and (wanted.ticket_id is None or rating.ticket_id == wanted.ticket_id)
        and (wanted.assignee_id is None or rating.assignee_id == wanted.assignee_id)
        and (wanted.created_after is None or rating.created_at >= wanted.created_after)
        and (wanted.created_before is None or rating.created_at < wanted.created_before)
    )
