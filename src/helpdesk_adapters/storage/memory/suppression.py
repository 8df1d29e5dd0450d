"""Addresses that nothing is sent to."""

from collections.abc import Sequence

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Journal, Refers, Table, Unique
from helpdesk_core.errors import AlreadyTaken
from helpdesk_core.ids import OrganizationId, SuppressedAddressId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.suppression import SuppressedAddress


class SuppressedAddresses:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._by_address = Unique[SuppressedAddressId, SuppressedAddress](
            lambda row: ((row.organization_id, row.address),),
            lambda name: AlreadyTaken(f"The address {name[1]} is suppressed already."),
        )
        self._lists = sorted_by(SuppressedAddress, ("since",), lambda row: row.organization_id)
        known = Refers[SuppressedAddressId, SuppressedAddress](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(journal, self._by_address, *self._lists.values(), known)

    async def get(
        self, organization_id: OrganizationId, suppressed_id: SuppressedAddressId
    ) -> SuppressedAddress | None:
        found = self._rows.get(suppressed_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def among(
        self, organization_id: OrganizationId, addresses: Sequence[str]
    ) -> Sequence[SuppressedAddress]:
        holders = (self._by_address.holder((organization_id, address)) for address in sorted({*addresses}))
        return [self._rows[holder] for holder in holders if holder is not None]

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[SuppressedAddress]:
        return page_of(self._lists, organization_id, self._rows, page)

    async def add(self, suppressed: SuppressedAddress) -> None:
        self._rows.add(suppressed.id, suppressed)

    async def remove(self, organization_id: OrganizationId, suppressed_id: SuppressedAddressId) -> None:
        if await self.get(organization_id, suppressed_id) is not None:
            self._rows.drop(suppressed_id)

    async def forget(self, organization_id: OrganizationId, addresses: Sequence[str]) -> None:
        for suppressed in await self.among(organization_id, addresses):
            self._rows.drop(suppressed.id)
