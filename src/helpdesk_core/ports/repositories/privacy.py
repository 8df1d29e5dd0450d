"""What there is of one customer among other things, ratings, and the receipts of erasures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from helpdesk_core.conversations import Conversation
from helpdesk_core.ids import AttachmentId, CustomerId, OrganizationId, RatingId, TicketId, UserId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.privacy import Erasure
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.tickets import Ticket


class BelongingReads(Protocol):
    async def tickets(
        self, organization_id: OrganizationId, customer_id: CustomerId, page: Page
    ) -> Slice[Ticket]:
        """Theirs, merged ones too. Sorts by created_at."""
        ...

    async def messages(
        self, organization_id: OrganizationId, customer_id: CustomerId, page: Page
    ) -> Slice[Conversation]:
        """What they wrote, on whosever ticket. Sorts by created_at."""
        ...

    async def taking_part(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[TicketId]:
        """The tickets in which they take part, their own among them."""
        ...

    async def following(
        self, organization_id: OrganizationId, addresses: Sequence[str]
    ) -> Sequence[TicketId]:
        """The tickets that one of these addresses, in lower case, hears of, merged ones too."""
        ...


class Belongings(BelongingReads, Protocol):
    async def hand_over(
        self, organization_id: OrganizationId, source: CustomerId, target: CustomerId
    ) -> None:
        """Everything passes to another one: tickets, messages, ratings, visits, participation, orders, what shops know
        them as, and what was asked about them. NotFound where one is missing.
        """
        ...

    async def release(self, organization_id: OrganizationId, customer_id: CustomerId) -> None:
        """Orders and requests about the customer are nobody's from then on, and shops know nobody as them."""
        ...

    async def forget_files(
        self, organization_id: OrganizationId, ids: Sequence[AttachmentId]
    ) -> Sequence[str]:
        """Removes these attachments; the digests that no other one of the organization has."""
        ...

    async def forget_visits(self, organization_id: OrganizationId, customer_id: CustomerId) -> int:
        """Ends the customer's sessions in widgets; how many there were."""
        ...

    async def forget_mentions(self, organization_id: OrganizationId, message_ids: Sequence[str]) -> None:
        """Threading forgets that anything quotes these message ids."""
        ...


@frozen
class RatingFilter:
    """Which ratings; the members are all to hold."""

    score: Score | None = None
    ticket_id: TicketId | None = None
    assignee_id: UserId | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


class RatingReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, rating_id: RatingId
    ) -> SatisfactionRating | None: ...

    async def of_ticket(
        self, organization_id: OrganizationId, ticket_id: TicketId
    ) -> SatisfactionRating | None: ...

    async def page(
        self, organization_id: OrganizationId, wanted: RatingFilter, page: Page
    ) -> Slice[SatisfactionRating]:
        """Sorts by created_at."""
        ...


class Ratings(RatingReads, Protocol):
    async def add(self, rating: SatisfactionRating) -> None:
        """Raises AlreadyTaken where the ticket has one."""
        ...

    async def replace(self, rating: SatisfactionRating) -> None: ...

    async def remove(self, organization_id: OrganizationId, rating_id: RatingId) -> None: ...


class ErasureReads(Protocol):
    async def of_customer(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Erasure | None: ...


class Erasures(ErasureReads, Protocol):
    async def add(self, erasure: Erasure) -> None:
        """Raises AlreadyTaken where the customer has one."""
        ...

    async def replace(self, erasure: Erasure) -> None: ...
