"""What providers keep for organizations: one table, told apart by kind; and what was bought in shops."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import TypeVar

from attrs import frozen
from sqlalchemy import bindparam, delete, select, update

from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import commerce as mapping
from helpdesk_adapters.storage.sql.prepared import OR_NOTHING, Prepared, inserting
from helpdesk_adapters.storage.sql.rows import OrderRow, RecordRow, ShopCustomerRow, table
from helpdesk_core.ids import CustomerId, OrderId, OrganizationId
from helpdesk_core.orders import Order, ShopCustomer
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import OrderFilter
from helpdesk_core.records import Record

R = TypeVar("R", bound=Record)

_RECORDS = table(RecordRow)
_KEY = ("organization_id", "kind", "account", "external_id")
_SAME = tuple(_RECORDS.c[name] == bindparam(f"the_{name}") for name in _KEY)


@frozen
class _Statements:
    """What is asked of records of one kind."""

    get: Prepared
    of: Prepared
    wherever: Prepared


@cache
def _statements(kind: str) -> _Statements:
    c = _RECORDS.c
    chosen = select(*(c[name] for name in mapping.RECORD)).where(c.kind == kind)
    ours = chosen.where(c.organization_id == bindparam("organization_id"))
    named = (c.account == bindparam("account"), c.external_id == bindparam("external_id"))
    newest = ours.order_by(c.created_at.desc(), c.pk.desc()).limit(bindparam(LIMIT))
    return _Statements(
        get=Prepared(ours.where(*named)),
        of=Prepared(newest),
        wherever=Prepared(chosen.where(c.external_id == bindparam("external_id")).order_by(c.pk)),
    )


class RecordReads(Repository):
    async def get(
        self, organization_id: OrganizationId, kind: type[R], account: str, external_id: str
    ) -> R | None:
        params = {"organization_id": organization_id, "account": account, "external_id": external_id}
        rows = await self._db.rows(_statements(kind.kind).get, params)
        return mapping.to_record(kind, rows[0]) if rows else None

    async def of(self, organization_id: OrganizationId, kind: type[R], limit: int) -> Sequence[R]:
        params = {"organization_id": organization_id, LIMIT: limit}
        rows = await self._db.rows(_statements(kind.kind).of, params)
        return [mapping.to_record(kind, row) for row in rows]

    async def wherever(self, kind: type[R], external_id: str) -> Sequence[tuple[OrganizationId, R]]:
        rows = await self._db.rows(_statements(kind.kind).wherever, {"external_id": external_id})
        return [(OrganizationId(row[0]), mapping.to_record(kind, row)) for row in rows]


class Records(RecordReads):
    _INSERT = Prepared(inserting(_RECORDS), OR_NOTHING)
    _UPDATE = Prepared(
        update(_RECORDS)
        .where(*_SAME)
        .values({name: bindparam(name) for name in ("provider", "created_at", "body")})
    )
    _REMOVE = Prepared(
        delete(_RECORDS).where(
            _RECORDS.c.organization_id == bindparam("organization_id"),
            _RECORDS.c.provider == bindparam("provider"),
            _RECORDS.c.account == bindparam("account"),
        )
    )

    async def put(self, organization_id: OrganizationId, record: Record) -> None:
        row = mapping.record_row(organization_id, record)
        if await self._db.execute(self._INSERT, row) == 0:
            key = {f"the_{name}": row[name] for name in _KEY}
            await self._db.execute(self._UPDATE, {**row, **key})

    async def remove_of(self, organization_id: OrganizationId, provider: str, account: str) -> int:
        params = {"organization_id": organization_id, "provider": provider, "account": account}
        return await self._db.execute(self._REMOVE, params)


_PEOPLE = table(ShopCustomerRow)
_OF_SHOP = (
    _PEOPLE.c.organization_id == bindparam("organization_id"),
    _PEOPLE.c.provider == bindparam("provider"),
    _PEOPLE.c.account == bindparam("account"),
)


class ShopCustomerReads(Repository):
    _CHOSEN = select(*(_PEOPLE.c[name] for name in mapping.SHOP_CUSTOMER))
    _GET = Prepared(_CHOSEN.where(*_OF_SHOP, _PEOPLE.c.external_id == bindparam("external_id")))
    _OF_CUSTOMER = Prepared(
        _CHOSEN.where(
            _PEOPLE.c.organization_id == bindparam("organization_id"),
            _PEOPLE.c.customer_id == bindparam("customer_id"),
        ).order_by(_PEOPLE.c.provider, _PEOPLE.c.account, _PEOPLE.c.external_id)
    )

    async def get(
        self, organization_id: OrganizationId, provider: str, account: str, external_id: str
    ) -> ShopCustomer | None:
        params = {
            "organization_id": organization_id,
            "provider": provider,
            "account": account,
            "external_id": external_id,
        }
        rows = await self._db.rows(self._GET, params)
        return ShopCustomer(*rows[0]) if rows else None

    async def of_customer(
        self, organization_id: OrganizationId, customer_id: CustomerId
    ) -> Sequence[ShopCustomer]:
        params = {"organization_id": organization_id, "customer_id": customer_id}
        return [ShopCustomer(*row) for row in await self._db.rows(self._OF_CUSTOMER, params)]


class ShopCustomers(ShopCustomerReads):
    _INSERT = Prepared(inserting(_PEOPLE), OR_NOTHING)
    _UPDATE = Prepared(
        update(_PEOPLE)
        .where(*_OF_SHOP, _PEOPLE.c.external_id == bindparam("the_external_id"))
        .values({name: bindparam(f"new_{name}") for name in ("customer_id", "told_at", "erased_at")})
    )
    _REMOVE = Prepared(delete(_PEOPLE).where(*_OF_SHOP))
    _REMOVE_OLD = Prepared(
        delete(_PEOPLE).where(
            *_OF_SHOP, _PEOPLE.c.told_at < bindparam("before", type_=_PEOPLE.c.told_at.type)
        )
    )

    async def put(self, known: ShopCustomer) -> None:
        row = mapping.shop_customer_row(known)
        if await self._db.execute(self._INSERT, row) == 0:
            new = {f"new_{name}": row[name] for name in ("customer_id", "told_at", "erased_at")}
            place = {name: row[name] for name in ("organization_id", "provider", "account")}
            await self._db.execute(self._UPDATE, {**place, **new, "the_external_id": known.external_id})

    async def remove_of(
        self, organization_id: OrganizationId, provider: str, account: str, before: datetime | None = None
    ) -> int:
        params = {"organization_id": organization_id, "provider": provider, "account": account}
        if before is None:
            return await self._db.execute(self._REMOVE, params)
        return await self._db.execute(self._REMOVE_OLD, {**params, "before": before})


ORDERS = Kept("order", OrderRow, mapping.ORDER, mapping.to_order, mapping.order_row)


class OrderReads(Repository):
    _BY_EXTERNAL_ID = ORDERS.where(
        ORDERS.c.organization_id == bindparam("organization_id"),
        ORDERS.c.provider == bindparam("provider"),
        ORDERS.c.account == bindparam("account"),
        ORDERS.c.external_id == bindparam("external_id"),
    )

    async def get(self, organization_id: OrganizationId, order_id: OrderId) -> Order | None:
        found = await ORDERS.get(self._db, order_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def by_external_id(
        self, organization_id: OrganizationId, provider: str, account: str, external_id: str
    ) -> Order | None:
        params = {
            "organization_id": organization_id,
            "provider": provider,
            "account": account,
            "external_id": external_id,
        }
        return await ORDERS.first(self._db, self._BY_EXTERNAL_ID, params)

    async def page(self, organization_id: OrganizationId, wanted: OrderFilter, page: Page) -> Slice[Order]:
        check_sort(page, "created_at", "updated_at")
        equal = {"customer_id": wanted.customer_id, "provider": wanted.provider}
        given = {name: value for name, value in equal.items() if value is not None}
        prepared = _orders(tuple(given), page.sort, page.after is not None)
        params = {"organization_id": organization_id, **given, **paging(page)}
        return cut(await ORDERS.every(self._db, prepared, params), page)


@lru_cache(16)
def _orders(given: tuple[str, ...], sort: str, after: bool) -> Prepared:
    c, page = ORDERS.c, Page(sort=sort)
    statement = ORDERS.select.where(c.organization_id == bindparam("organization_id"))
    statement = statement.where(*(c[name] == bindparam(name) for name in given))
    index = f"ix_orders_{'customer_' if 'customer_id' in given else ''}{page.column}"
    statement = statement.with_hint(ORDERS.table, f"INDEXED BY {index}", "sqlite")
    return Prepared(ordered(statement, c[page.column], c.id, page, after=after))


class Orders(OrderReads):
    _OF_SHOP = (
        select(ORDERS.c.id)
        .where(
            ORDERS.c.organization_id == bindparam("organization_id"),
            ORDERS.c.provider == bindparam("provider"),
            ORDERS.c.account == bindparam("account"),
        )
        .limit(bindparam(LIMIT))
    )
    _OLD = _OF_SHOP.where(ORDERS.c.updated_at < bindparam("before", type_=ORDERS.c.updated_at.type))
    _REMOVE = Prepared(delete(ORDERS.table).where(ORDERS.c.id.in_(_OF_SHOP)))
    _REMOVE_OLD = Prepared(delete(ORDERS.table).where(ORDERS.c.id.in_(_OLD)))

    async def add(self, order: Order) -> None:
        await ORDERS.add(
            self._db, order, f"The order {order.external_id} of {order.account} is known already."
        )

    async def replace(self, order: Order) -> None:
        await ORDERS.replace(self._db, order)

    async def remove_of(
        self,
        organization_id: OrganizationId,
        provider: str,
        account: str,
        limit: int,
        before: datetime | None = None,
    ) -> int:
        self._db.marks.seen.clear()
        params = {
            "organization_id": organization_id,
            "provider": provider,
            "account": account,
            LIMIT: limit,
        }
        if before is None:
            return await self._db.execute(self._REMOVE, params)
        return await self._db.execute(self._REMOVE_OLD, {**params, "before": before})
