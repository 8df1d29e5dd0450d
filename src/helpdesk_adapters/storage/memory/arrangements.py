"""What organizations set up for themselves."""

from collections.abc import Sequence
from typing import Generic, TypeVar
from uuid import UUID

from attrs import evolve

from helpdesk_adapters.storage.memory.pages import page_out_of
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table, Unique
from helpdesk_core.arrangements import Arrangement, name_key
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page, Position, Slice

A = TypeVar("A", bound=Arrangement)


class Arrangements(Generic[A]):
    """Those of one kind."""

    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._by_name = Unique[UUID, A](
            lambda row: ((row.organization_id, name_key(row.name)),),
            lambda name: AlreadyTaken(f"The name {name[1]} is in use."),
        )
        self._by_key = Unique[UUID, A](
            lambda row: () if row.public_key is None else (row.public_key,),
            lambda key: AlreadyTaken("The key is in use."),
        )
        self._of = Groups[UUID, A](lambda row: row.organization_id)
        known = Refers[UUID, A]("organization", lambda row: row.organization_id, organizations.rows)
        self.rows = Table(journal, self._by_name, self._by_key, self._of, known)

    async def get(self, organization_id: OrganizationId, arrangement_id: UUID) -> A | None:
        found = self.rows.get(arrangement_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def named(self, organization_id: OrganizationId, name: str) -> A | None:
        holder = self._by_name.holder((organization_id, name_key(name)))
        return None if holder is None else self.rows[holder]

    async def of(self, organization_id: OrganizationId) -> Sequence[A]:
        rows = (self.rows[key] for key in self._of.of(organization_id))
        return sorted(rows, key=lambda row: (name_key(row.name), row.id))

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[A]:
        if page.column != "name":
            return page_out_of(await self.of(organization_id), ("name", "created_at"), page)
        # By name means: as names are compared.
        after = page.after and Position(name_key(str(page.after.value)), page.after.id)
        compared = [evolve(row, name=name_key(row.name)) for row in await self.of(organization_id)]
        found = page_out_of(compared, ("name",), evolve(page, after=after))
        rows = [self.rows[row.id] for row in found.items]
        return Slice(rows, found.next and Position(rows[-1].name, rows[-1].id))

    async def by_public_key(self, public_key: str) -> A | None:
        holder = self._by_key.holder(public_key)
        return None if holder is None else self.rows[holder]

    async def add(self, arrangement: A) -> None:
        self.rows.add(arrangement.id, arrangement)

    async def replace(self, arrangement: A) -> None:
        if await self.get(arrangement.organization_id, arrangement.id) is None:
            raise NotFound(arrangement.kind, arrangement.id)
        self.rows.put(arrangement.id, arrangement)

    async def remove(self, organization_id: OrganizationId, arrangement_id: UUID) -> None:
        if await self.get(organization_id, arrangement_id) is not None:
            self.rows.drop(arrangement_id)
