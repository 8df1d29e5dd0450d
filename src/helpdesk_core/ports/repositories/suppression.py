"""Addresses that nothing is sent to."""

from collections.abc import Sequence
from typing import Protocol

from helpdesk_core.ids import OrganizationId, SuppressedAddressId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.suppression import SuppressedAddress


class SuppressedAddressReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, suppressed_id: SuppressedAddressId
    ) -> SuppressedAddress | None: ...

    async def among(
        self, organization_id: OrganizationId, addresses: Sequence[str]
    ) -> Sequence[SuppressedAddress]:
        """Those of the addresses (`Address.key`) that are suppressed, by address."""
        ...

    async def page(self, organization_id: OrganizationId, page: Page) -> Slice[SuppressedAddress]:
        """Sorts by since."""
        ...


class SuppressedAddresses(SuppressedAddressReads, Protocol):
    async def add(self, suppressed: SuppressedAddress) -> None:
        """Raises AlreadyTaken where the organization has the address already."""
        ...

    async def remove(self, organization_id: OrganizationId, suppressed_id: SuppressedAddressId) -> None: ...

    async def forget(self, organization_id: OrganizationId, addresses: Sequence[str]) -> None:
        """Removes these addresses, whatever they are suppressed for."""
        ...
