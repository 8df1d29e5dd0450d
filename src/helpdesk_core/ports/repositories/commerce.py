"""What providers keep for organizations, and what was bought in their shops."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from attrs import frozen

from helpdesk_core.ids import CustomerId, OrderId, OrganizationId, PrivacyRequestId
from helpdesk_core.orders import Order, ShopCustomer
from helpdesk_core.paging import Page, Slice
from helpdesk_core.privacy_requests import PrivacyKind, PrivacyRequest, PrivacyState
from helpdesk_core.records import Record

R = TypeVar("R", bound=Record)


class RecordReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, kind: type[R], account: str, external_id: str
    ) -> R | None: ...

    async def of(self, organization_id: OrganizationId, kind: type[R], limit: int) -> Sequence[R]:
        """The newest `limit` of a kind, by when they came to be."""
        ...

    async def wherever(self, kind: type[R], external_id: str) -> Sequence[tuple[OrganizationId, R]]:
        """Whosever they are, with whose they are; for words that name no account."""
        ...


class Records(RecordReads, Protocol):
    async def put(self, organization_id: OrganizationId, record: Record) -> None:
        """In place of what was known of the same thing."""
        ...

    async def remove_of(self, organization_id: OrganizationId, provider: str, account: str) -> int:
        """Forgets everything of this account; how much there was."""
        ...


class ShopCustomerReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, provider: str, account: str, external_id: str
    ) -> ShopCustomer | None: ...

    async def of_customer(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[ShopCustomer]:
        """Whom shops know this customer as."""
        ...


class ShopCustomers(ShopCustomerReads, Protocol):
    async def put(self, known: ShopCustomer) -> None:
        """In place of what was known of the same person of the same shop."""
        ...

    async def remove_of(
        self, organization_id: OrganizationId, provider: str, account: str, before: datetime | None = None
    ) -> int:
        """Forgets everybody of this shop, the erased ones too, or who was last told of before that; how many."""
        ...


@frozen
class OrderFilter:
    """Which orders; None leaves a field open."""

    customer_id: CustomerId | None = None
    provider: str | None = None


class OrderReads(Protocol):
    async def get(self, organization_id: OrganizationId, order_id: OrderId) -> Order | None: ...

    async def by_external_id(
        self, organization_id: OrganizationId, provider: str, account: str, external_id: str
    ) -> Order | None: ...

    async def page(self, organization_id: OrganizationId, wanted: OrderFilter, page: Page) -> Slice[Order]:
        """Sorts by created_at, updated_at."""
        ...


class Orders(OrderReads, Protocol):
    async def add(self, order: Order) -> None:
        """Raises AlreadyTaken where the organization has this order of this shop."""
        ...

    async def replace(self, order: Order) -> None:
        """NotFound where the organization has none of this id."""
        ...

    async def remove_of(
        self,
        organization_id: OrganizationId,
        provider: str,
        account: str,
        limit: int,
        before: datetime | None = None,
    ) -> int:
        """Removes up to `limit` orders of this shop, or of those that changed last before that; how many."""
        ...


@frozen
class PrivacyRequestFilter:
    """Which privacy requests; None leaves a field open."""

    state: PrivacyState | None = None
    kind: PrivacyKind | None = None


class PrivacyRequestReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, request_id: PrivacyRequestId
    ) -> PrivacyRequest | None: ...

    async def known(
        self, organization_id: OrganizationId, provider: str, asked: PrivacyKind, request_key: str
    ) -> PrivacyRequest | None:
        """The request that was asked for already."""
        ...

    async def page(
        self, organization_id: OrganizationId, wanted: PrivacyRequestFilter, page: Page
    ) -> Slice[PrivacyRequest]:
        """Sorts by created_at."""
        ...


class PrivacyRequests(PrivacyRequestReads, Protocol):
    async def add(self, request: PrivacyRequest) -> None:
        """Raises AlreadyTaken where it was asked for already."""
        ...

    async def replace(self, request: PrivacyRequest) -> None:
        """NotFound where the organization has none of this id."""
        ...
