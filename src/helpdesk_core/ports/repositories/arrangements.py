"""What organizations set up for themselves, one repository a kind."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from helpdesk_core.arrangements import Arrangement
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page, Slice

T = TypeVar("T", bound=Arrangement)


class ArrangementReads(Protocol[T]):
    async def get(self, organization_id: OrganizationId, arrangement_id: UUID) -> T | None: ...

    async def named(self, organization_id: OrganizationId, name: str) -> T | None:
        """The one of this name, whatever the case."""
        ...

    async def of(self, organization_id: OrganizationId) -> Sequence[T]:
        """All of them, by name. For kinds that are few."""
        ...

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[T]:
        """Sorts by name, created_at."""
        ...

    async def by_public_key(self, public_key: str) -> T | None:
        """Whosever it is."""
        ...


class Arrangements(ArrangementReads[T], Protocol[T]):
    async def add(self, arrangement: T) -> None:
        """Raises AlreadyTaken where its name (or public key) is in use."""
        ...

    async def replace(self, arrangement: T) -> None:
        """As `add`; NotFound where the organization has none of this id."""
        ...

    async def remove(self, organization_id: OrganizationId, arrangement_id: UUID) -> None: ...
