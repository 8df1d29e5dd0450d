"""What shops asked for about the data of people."""

from attrs import evolve

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table, Unique
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import CustomerId, OrganizationId, PrivacyRequestId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import PrivacyRequestFilter
from helpdesk_core.privacy_requests import PrivacyKind, PrivacyRequest


class PrivacyRequests:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._by_key = Unique[PrivacyRequestId, PrivacyRequest](
            lambda row: ((row.organization_id, row.provider, row.kind, row.request_key),),
            lambda name: AlreadyTaken("This was asked for already."),
        )
        self._of_customer = Groups[PrivacyRequestId, PrivacyRequest](lambda row: row.customer_id)
        self._lists = sorted_by(PrivacyRequest, ("created_at",), lambda row: row.organization_id)
        known = Refers[PrivacyRequestId, PrivacyRequest](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(journal, self._by_key, self._of_customer, *self._lists.values(), known)

    async def get(
        self, organization_id: OrganizationId, request_id: PrivacyRequestId
    ) -> PrivacyRequest | None:
        found = self._rows.get(request_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def known(
        self, organization_id: OrganizationId, provider: str, asked: PrivacyKind, request_key: str
    ) -> PrivacyRequest | None:
        holder = self._by_key.holder((organization_id, provider, asked, request_key))
        return None if holder is None else self._rows[holder]

    async def page(
        self, organization_id: OrganizationId, wanted: PrivacyRequestFilter, page: Page
    ) -> Slice[PrivacyRequest]:
        return page_of(
            self._lists,
            organization_id,
            self._rows,
            page,
            lambda row: wanted.state in (None, row.state) and wanted.kind in (None, row.kind),
        )

    async def add(self, request: PrivacyRequest) -> None:
        self._rows.add(request.id, request)

    async def replace(self, request: PrivacyRequest) -> None:
        if await self.get(request.organization_id, request.id) is None:
            raise NotFound("privacy request", request.id)
        self._rows.put(request.id, request)

    def hand_over(
        self, organization_id: OrganizationId, source: CustomerId, target: CustomerId | None
    ) -> None:
        for key in list(self._of_customer.of(source)):
            row = self._rows[key]
            if row.organization_id == organization_id:
                self._rows.put(key, evolve(row, customer_id=target))
