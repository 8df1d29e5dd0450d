"""Customers, and senders that are kept out."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import frozen

from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.customers import Contact, Customer
from helpdesk_core.ids import (
    BlockedSenderId,
    CustomerId,
    OrganizationId,
)
from helpdesk_core.paging import Page, Slice


@frozen
class CustomerFilter:
    """Which customers: `q` finds a beginning of name, e-mail, phone or company, whatever the case.

    It also finds the words of name and company, in whatever order, the last one at least as a beginning.
    Merged ones are never listed.
    """

    q: str | None = None
    email: str | None = None
    phone: str | None = None
    blocked: bool | None = None


class CustomerReads(Protocol):
    async def get(self, organization_id: OrganizationId, customer_id: CustomerId) -> Customer | None: ...

    async def by_contact(self, organization_id: OrganizationId, contact: Contact) -> Customer | None: ...

    async def by_contacts(
        self, organization_id: OrganizationId, contacts: Sequence[Contact]
    ) -> Mapping[Contact, CustomerId]:
        """Whose each of these contacts is; those that are nobody's are left out."""
        ...

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[CustomerId]
    ) -> Mapping[CustomerId, Customer]: ...

    async def page(
        self, organization_id: OrganizationId, wanted: CustomerFilter, page: Page
    ) -> Slice[Customer]:
        """Sorts by created_at, updated_at."""
        ...


class Customers(CustomerReads, Protocol):
    async def add(self, customer: Customer) -> None:
        """Raises AlreadyTaken where one of the contacts belongs to another customer."""
        ...

    async def add_all(self, customers: Sequence[Customer]) -> None:
        """As `add` of each, at less cost; one that cannot be added fails the whole unit."""
        ...

    async def replace(self, customer: Customer) -> None:
        """As `add`; contacts that are gone from the customer are free again."""
        ...

    async def remove(self, organization_id: OrganizationId, customer_id: CustomerId) -> None: ...


class BlockedSenderReads(Protocol):
    async def of(self, organization_id: OrganizationId) -> Sequence[BlockedSender]: ...

    async def get(
        self, organization_id: OrganizationId, blocked_id: BlockedSenderId
    ) -> BlockedSender | None: ...


class BlockedSenders(BlockedSenderReads, Protocol):
    async def add(self, blocked: BlockedSender) -> None:
        """Raises AlreadyTaken where the organization has this pattern."""
        ...

    async def remove(self, organization_id: OrganizationId, blocked_id: BlockedSenderId) -> None: ...
