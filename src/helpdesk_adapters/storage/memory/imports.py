"""Imports, what stood in their way, and what things are called elsewhere."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import ImportId, OrganizationId
from helpdesk_core.imports.progress import Import, Problem
from helpdesk_core.imports.references import Reference
from helpdesk_core.paging import Page, Slice

_Key = tuple[OrganizationId, str, str, str, str]


class Imports:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._lists = sorted_by(Import, ("created_at",), lambda row: row.organization_id)
        self._of_account = Groups[ImportId, Import](
            lambda row: (row.organization_id, row.source, row.account)
        )
        known = Refers[ImportId, Import]("organization", lambda row: row.organization_id, organizations.rows)
        self._rows = Table(journal, *self._lists.values(), self._of_account, known)
        self._problems = Table[ImportId, tuple[Problem, ...]](journal)

    async def get(self, organization_id: OrganizationId, import_id: ImportId) -> Import | None:
        found = self._rows.get(import_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[Import]:
        return page_of(self._lists, organization_id, self._rows, page)

    async def of_account(
        self, organization_id: OrganizationId, source: str, account: str, limit: int
    ) -> Sequence[Import]:
        keys = self._of_account.of((organization_id, source, account))
        newest = sorted(
            (self._rows[key] for key in keys), key=lambda row: (row.created_at, row.id), reverse=True
        )
        return newest[:limit]

    async def problems(self, organization_id: OrganizationId, import_id: ImportId) -> Sequence[Problem]:
        if await self.get(organization_id, import_id) is None:
            return ()
        return self._problems.get(import_id) or ()

    async def add(self, import_: Import) -> None:
        self._rows.add(import_.id, import_)

    async def replace(self, import_: Import) -> None:
        if await self.get(import_.organization_id, import_.id) is None:
            raise NotFound("import", import_.id)
        self._rows.put(import_.id, import_)

    async def note(self, import_: Import, problems: Sequence[Problem]) -> None:
        if problems:
            await self.tell_anew(
                import_, (*await self.problems(import_.organization_id, import_.id), *problems)
            )

    async def tell_anew(self, import_: Import, problems: Sequence[Problem]) -> None:
        if await self.get(import_.organization_id, import_.id) is None:
            raise NotFound("import", import_.id)
        self._problems.put(import_.id, tuple(problems))


class References:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._ours = Groups[_Key, Reference](lambda row: row.our_id)
        known = Refers[_Key, Reference]("organization", lambda row: row.organization_id, organizations.rows)
        self._rows = Table(journal, self._ours, known)

    async def many(
        self, organization_id: OrganizationId, source: str, account: str, kind: str, ids: Sequence[str]
    ) -> Mapping[str, Reference]:
        found = (self._rows.get((organization_id, source, account, kind, one)) for one in ids)
        return {one.external_id: one for one in found if one is not None}

    async def to(self, organization_id: OrganizationId, our_id: UUID) -> Sequence[Reference]:
        rows = (self._rows[key] for key in sorted(self._ours.of(our_id), key=lambda key: key[1:]))
        return [row for row in rows if row.organization_id == organization_id]

    async def put_all(self, references: Sequence[Reference]) -> None:
        for one in references:
            self._rows.put((one.organization_id, one.source, one.account, one.kind, one.external_id), one)

    async def forget(self, organization_id: OrganizationId, our_ids: Sequence[UUID]) -> None:
        for our_id in our_ids:
            for key in self._ours.of(our_id):
                if key[0] == organization_id:
                    self._rows.drop(key)
