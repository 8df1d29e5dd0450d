"""What organizations set up for themselves: one table, one repository a kind."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from attrs import evolve, frozen
from sqlalchemy import bindparam

from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.kept import Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import arrangements as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import ArrangementRow
from helpdesk_core.arrangements import Arrangement, name_key
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page, Position, Slice, cut

A = TypeVar("A", bound=Arrangement)

SORTS = ("name", "created_at")


@frozen
class _Statements(Generic[A]):
    """What is asked of one kind."""

    kept: Kept[A]
    named: Prepared
    of: Prepared
    by_public_key: Prepared
    pages: dict[tuple[str, bool], Prepared]


@cache
def _statements(kind: type[Any]) -> _Statements[Any]:
    kept: Kept[Any] = Kept(
        kind.kind,
        ArrangementRow,
        mapping.ARRANGEMENT,
        partial(mapping.to_arrangement, kind),
        mapping.arrangement_row,
        only={"kind": kind.kind},
    )
    c = kept.c
    ours = (c.organization_id == bindparam("organization_id"), *kept.these)
    return _Statements(
        kept,
        named=kept.where(*ours, c.name_key == bindparam("name_key")),
        of=Prepared(kept.select.where(*ours).order_by(c.name_key, c.id)),
        by_public_key=kept.where(*kept.these, c.public_key == bindparam("public_key")),
        pages={
            (sort, after): Prepared(
                ordered(
                    kept.select.where(*ours),
                    c.name_key if sort.endswith("name") else c.created_at,
                    c.id,
                    Page(sort=sort),
                    after=after,
                )
            )
            for by in SORTS
            for sort in (by, f"-{by}")
            for after in (False, True)
        },
    )


class ArrangementReads(Repository, Generic[A]):
    def __init__(self, connection: Connection, kind: type[A]) -> None:
        super().__init__(connection)
        self._on: _Statements[A] = _statements(cast(Any, kind))

    async def get(self, organization_id: OrganizationId, arrangement_id: UUID) -> A | None:
        found = await self._on.kept.get(self._db, arrangement_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def named(self, organization_id: OrganizationId, name: str) -> A | None:
        params = {"organization_id": organization_id, "name_key": name_key(name)}
        return await self._on.kept.first(self._db, self._on.named, params)

    async def of(self, organization_id: OrganizationId) -> Sequence[A]:
        return await self._on.kept.every(self._db, self._on.of, {"organization_id": organization_id})

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[A]:
        check_sort(page, *SORTS)
        asked = page
        if page.column == "name" and page.after is not None:
            asked = evolve(page, after=Position(name_key(str(page.after.value)), page.after.id))
        prepared = self._on.pages[page.sort, page.after is not None]
        params = {"organization_id": organization_id, **paging(asked)}
        return cut(await self._on.kept.every(self._db, prepared, params), page)

    async def by_public_key(self, public_key: str) -> A | None:
        return await self._on.kept.first(self._db, self._on.by_public_key, {"public_key": public_key})


class Arrangements(ArrangementReads[A]):
    async def add(self, arrangement: A) -> None:
        await self._on.kept.add(self._db, arrangement, f"The name {arrangement.name} is in use.")

    async def replace(self, arrangement: A) -> None:
        current = await self.get(arrangement.organization_id, arrangement.id)
        if current is None:
            raise NotFound(arrangement.kind, arrangement.id)
        if name_key(current.name) != name_key(arrangement.name):
            holder = await self.named(arrangement.organization_id, arrangement.name)
            if holder is not None:
                raise AlreadyTaken(f"The name {arrangement.name} is in use.")
        await self._on.kept.replace(self._db, arrangement)

    async def remove(self, organization_id: OrganizationId, arrangement_id: UUID) -> None:
        if await self.get(organization_id, arrangement_id) is not None:
            await self._on.kept.remove(self._db, arrangement_id)
