"""Addresses that nothing is sent to."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import bindparam, delete

from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import suppression as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import SuppressedAddressRow
from helpdesk_core.ids import OrganizationId, SuppressedAddressId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.suppression import SuppressedAddress

SUPPRESSED = Kept(
    "suppressed address",
    SuppressedAddressRow,
    mapping.SUPPRESSED,
    mapping.to_suppressed,
    mapping.suppressed_row,
)

_s = SUPPRESSED.c
_OURS = _s.organization_id == bindparam("organization_id")


class SuppressedAddressReads(Repository):
    _AMONG = Prepared(SUPPRESSED.select.where(_OURS, Among(_s.address, "addresses")).order_by(_s.address))

    async def get(
        self, organization_id: OrganizationId, suppressed_id: SuppressedAddressId
    ) -> SuppressedAddress | None:
        found = await SUPPRESSED.get(self._db, suppressed_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def among(
        self, organization_id: OrganizationId, addresses: Sequence[str]
    ) -> Sequence[SuppressedAddress]:
        if not addresses:
            return ()
        params = {"organization_id": organization_id, "addresses": addresses}
        return await SUPPRESSED.every(self._db, self._AMONG, params)

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[SuppressedAddress]:
        check_sort(page, "since")
        prepared = _listing(page.sort, page.after is not None)
        params = {"organization_id": organization_id, **paging(page)}
        return cut(await SUPPRESSED.every(self._db, prepared, params), page)


@lru_cache(8)
def _listing(sort: str, after: bool) -> Prepared:
    return Prepared(ordered(SUPPRESSED.select.where(_OURS), _s.since, _s.id, Page(sort=sort), after=after))


class SuppressedAddresses(SuppressedAddressReads):
    _FORGET = Prepared(delete(SUPPRESSED.table).where(_OURS, Among(_s.address, "addresses")))

    async def add(self, suppressed: SuppressedAddress) -> None:
        await SUPPRESSED.add(self._db, suppressed, f"The address {suppressed.address} is suppressed already.")

    async def remove(self, organization_id: OrganizationId, suppressed_id: SuppressedAddressId) -> None:
        if await self.get(organization_id, suppressed_id) is not None:
            await SUPPRESSED.remove(self._db, suppressed_id)

    async def forget(self, organization_id: OrganizationId, addresses: Sequence[str]) -> None:
        if addresses:
            self._db.marks.seen.clear()
            params = {"organization_id": organization_id, "addresses": addresses}
            await self._db.execute(self._FORGET, params)
