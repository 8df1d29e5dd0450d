"""What providers keep for organizations, and what was bought in shops."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple, TypeVar, cast

from attrs import evolve

from helpdesk_adapters.storage.memory.pages import page_out_of
from helpdesk_adapters.storage.memory.people import Organizations
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table, Unique
from helpdesk_core.errors import AlreadyTaken, NotFound
from helpdesk_core.ids import CustomerId, OrderId, OrganizationId
from helpdesk_core.orders import Order, ShopCustomer
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import OrderFilter
from helpdesk_core.records import Record

R = TypeVar("R", bound=Record)

_Key = tuple[OrganizationId, str, str, str]
"""Organization, kind, account, external id."""


class _Kept(NamedTuple):
    organization_id: OrganizationId
    record: Record


class Records:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._of = Groups[_Key, _Kept](lambda row: (row.organization_id, row.record.kind))
        self._named = Groups[_Key, _Kept](lambda row: (row.record.kind, row.record.external_id))
        self._of_account = Groups[_Key, _Kept](
            lambda row: (row.organization_id, row.record.provider, row.record.account)
        )
        known = Refers[_Key, _Kept]("organization", lambda row: row.organization_id, organizations.rows)
        self._rows = Table(journal, self._of, self._named, self._of_account, known)

    async def get(
        self, organization_id: OrganizationId, kind: type[R], account: str, external_id: str
    ) -> R | None:
        found = self._rows.get((organization_id, kind.kind, account, external_id))
        return None if found is None else cast(R, found.record)

    async def of(self, organization_id: OrganizationId, kind: type[R], limit: int) -> Sequence[R]:
        keys = self._of.of((organization_id, kind.kind))
        rows = [cast(R, self._rows[key].record) for key in reversed(keys)]
        return sorted(rows, key=lambda row: row.created_at, reverse=True)[:limit]

    async def wherever(self, kind: type[R], external_id: str) -> Sequence[tuple[OrganizationId, R]]:
        rows = (self._rows[key] for key in self._named.of((kind.kind, external_id)))
        return [(row.organization_id, cast(R, row.record)) for row in rows]

    async def put(self, organization_id: OrganizationId, record: Record) -> None:
        key = (organization_id, record.kind, record.account, record.external_id)
        self._rows.put(key, _Kept(organization_id, record))

    async def remove_of(self, organization_id: OrganizationId, provider: str, account: str) -> int:
        keys = self._of_account.of((organization_id, provider, account))
        for key in keys:
            self._rows.drop(key)
        return len(keys)


class ShopCustomers:
    def __init__(self, journal: Journal, organizations: Organizations) -> None:
        self._of_customer = Groups[_Key, ShopCustomer](lambda row: row.customer_id)
        self._of_shop = Groups[_Key, ShopCustomer](
            lambda row: (row.organization_id, row.provider, row.account)
        )
        known = Refers[_Key, ShopCustomer](
            "organization", lambda row: row.organization_id, organizations.rows
        )
        self._rows = Table(journal, self._of_customer, self._of_shop, known)

    async def get(
        self, organization_id: OrganizationId, provider: str, account: str, external_id: str
    ) -> ShopCustomer | None:
        return self._rows.get((organization_id, provider, account, external_id))

    async def of_customer(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[ShopCustomer]:
        rows = (self._rows[key] for key in self._of_customer.of(customer_id))
        ours = [row for row in rows if row.organization_id == organization_id]
        return sorted(ours, key=lambda row: (row.provider, row.account, row.external_id))

    async def put(self, known: ShopCustomer) -> None:
        key = (known.organization_id, known.provider, known.account, known.external_id)
        self._rows.put(key, known)

    async def remove_of(
        self, organization_id: OrganizationId, provider: str, account: str, before: datetime | None = None
    ) -> int:
        of_shop = self._of_shop.of((organization_id, provider, account))
        keys = [key for key in of_shop if before is None or self._rows[key].told_at < before]
        for key in keys:
            self._rows.drop(key)
        return len(keys)

    def hand_over(
        self, organization_id: OrganizationId, source: CustomerId, target: CustomerId | None
    ) -> None:
        """To another customer, or nobody is known as them any more."""
        for key in list(self._of_customer.of(source)):
            if self._rows[key].organization_id != organization_id:
                continue
            if target is None:
                self._rows.drop(key)
            else:
                self._rows.put(key, evolve(self._rows[key], customer_id=target))


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
        self,
        organization_id: OrganizationId,
        provider: str,
        account: str,
        limit: int,
        before: datetime | None = None,
    ) -> int:
        of_shop = self._of_shop.of((organization_id, provider, account))
        wanted = (key for key in of_shop if before is None or self._rows[key].updated_at < before)
        keys = list(islice(wanted, limit))
        for key in keys:
            self._rows.drop(key)
        return len(keys)

    def hand_over(
        self, organization_id: OrganizationId, source: CustomerId, target: CustomerId | None
    ) -> None:
        for key in list(self._of_customer.of(source)):
            row = self._rows[key]
            if row.organization_id == organization_id:
                self._rows.put(key, evolve(row, customer_id=target, version=row.version + 1))
