"""What providers keep for organizations, and what was bought in shops."""

from collections.abc import Sequence
from itertools import islice
from typing import TypeVar, cast

from helpdesk_adapters.storage.memory.pages import page_out_of
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table, Unique
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import OrderId, OrganizationId
from helpdesk_core.orders import Order
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import OrderFilter
from helpdesk_core.records import Record

R = TypeVar("R", bound=Record)
_Key = tuple[OrganizationId, str, str, str]


class Records:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._of = Groups[_Key, Record](lambda row: (row.organization_id, row.kind))
        self._named = Groups[_Key, Record](lambda row: (row.kind, row.external_id))
        self._of_account = Groups[_Key, Record](lambda row: (row.organization_id, row.provider, row.account))
        known = Refers[_Key, Record]("organization", lambda row: row.organization_id, organizations.rows)
        self._rows = Table(journal, self._of, self._named, self._of_account, known)

    async def get(
        self, organization_id: OrganizationId, kind: type[R], account: str, external_id: str
    ) -> R | None:
        return cast(R | None, self._rows.get((organization_id, kind.kind, account, external_id)))

    async def of(self, organization_id: OrganizationId, kind: type[R], limit: int) -> Sequence[R]:
        rows = [cast(R, self._rows[key]) for key in self._of.of((organization_id, kind.kind))]
        rows.reverse()
        return sorted(rows, key=lambda row: row.created_at, reverse=True)[:limit]

    async def wherever(self, kind: type[R], external_id: str) -> Sequence[R]:
        return [cast(R, self._rows[key]) for key in self._named.of((kind.kind, external_id))]

    async def put(self, record: Record) -> None:
        key = (record.organization_id, record.kind, record.account, record.external_id)
        self._rows.put(key, record)

    async def remove_of(self, organization_id: OrganizationId, provider: str, account: str) -> int:
        keys = self._of_account.of((organization_id, provider, account))
        for key in keys:
            self._rows.drop(key)
        return len(keys)


class Orders:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._by_external_id = Unique[OrderId, Order](
            lambda row: ((row.organization_id, row.provider, row.account, row.external_id),),
            lambda name: AlreadyTaken(f"The order {name[3]} of {name[2]} is known already."),
        )
        self._of = Groups[OrderId, Order](lambda row: row.organization_id)
        self._of_customer = Groups[OrderId, Order](lambda row: row.customer_id)
        self._of_shop = Groups[OrderId, Order](lambda row: (row.organization_id, row.provider, row.account))
        known = Refers[OrderId, Order]("organization", lambda row: row.organization_id, organizations.rows)
        self._rows = Table(journal, self._by_external_id, self._of, self._of_customer, self._of_shop, known)

    async def get(self, organization_id: OrganizationId, order_id: OrderId) -> Order | None:
        found = self._rows.get(order_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def by_external_id(
        self, organization_id: OrganizationId, provider: str, account: str, external_id: str
    ) -> Order | None:
        holder = self._by_external_id.holder((organization_id, provider, account, external_id))
        return None if holder is None else self._rows[holder]

    async def page(self, organization_id: OrganizationId, wanted: OrderFilter, page: Page) -> Slice[Order]:
        of_all, of_one = self._of.of(organization_id), self._of_customer.of(wanted.customer_id)
        keys = of_all if wanted.customer_id is None else of_one
        rows = [
            row
            for row in (self._rows[key] for key in keys)
            if row.organization_id == organization_id and wanted.provider in (None, row.provider)
        ]
        return page_out_of(rows, ("created_at", "updated_at"), page)

    async def add(self, order: Order) -> None:
        self._rows.add(order.id, order)

    async def replace(self, order: Order) -> None:
        if await self.get(order.organization_id, order.id) is None:
            raise NotFound("order", order.id)
        self._rows.put(order.id, order)

    async def remove_of(
        self, organization_id: OrganizationId, provider: str, account: str, limit: int
    ) -> int:
        keys = list(islice(self._of_shop.of((organization_id, provider, account)), limit))
        for key in keys:
            self._rows.drop(key)
        return len(keys)
