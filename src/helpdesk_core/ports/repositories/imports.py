"""Imports, what stood in their way, and which thing of a source is which of ours."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from helpdesk_core.ids import ImportId, OrganizationId
from helpdesk_core.imports.progress import Import, Problem
from helpdesk_core.imports.references import Reference
from helpdesk_core.paging import Page, Slice


class ImportReads(Protocol):
    async def get(self, organization_id: OrganizationId, import_id: ImportId) -> Import | None: ...

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[Import]:
        """Sorts by created_at."""
        ...

    async def of_account(
        self, organization_id: OrganizationId, source: str, account: str, limit: int
    ) -> Sequence[Import]:
        """The newest imports of an account, newest first."""
        ...

    async def problems(self, organization_id: OrganizationId, import_id: ImportId) -> Sequence[Problem]:
        """In the order in which they were met, as many as are kept."""
        ...


class Imports(ImportReads, Protocol):
    async def add(self, import_: Import) -> None: ...

    async def replace(self, import_: Import) -> None: ...

    async def note(self, import_: Import, problems: Sequence[Problem]) -> None:
        """Keeps these, too."""
        ...

    async def tell_anew(self, import_: Import, problems: Sequence[Problem]) -> None:
        """Keeps these in the place of all that are kept of it."""
        ...


class ReferenceReads(Protocol):
    async def many(
        self, organization_id: OrganizationId, source: str, account: str, kind: str, ids: Sequence[str]
    ) -> Mapping[str, Reference]:
        """Those that are known, by their ids there."""
        ...

    async def to(self, organization_id: OrganizationId, our_id: UUID) -> Sequence[Reference]:
        """What a thing of ours is elsewhere."""
        ...


class References(ReferenceReads, Protocol):
    async def put_all(self, references: Sequence[Reference]) -> None:
        """Keeps them, each in the place of the one of its account, kind and id."""
        ...

    async def forget(self, organization_id: OrganizationId, our_ids: Sequence[UUID]) -> None:
        """That these were brought from anywhere."""
        ...
