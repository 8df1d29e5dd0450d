"""Budgets that something has been taken of."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, tuple_, type_coerce
from sqlalchemy.types import NullType

from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import LIMIT, Repository
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import BudgetRow, table
from helpdesk_core.budgets import Budget
from helpdesk_core.ids import OrganizationId

_BUDGETS = table(BudgetRow)
_c = _BUDGETS.c
_REMAINING = type_coerce(_c.remaining, NullType())
"""Both drivers hand out a float as it is; SQLAlchemy's own conversion asks for what a cursor knows."""


class BudgetReads(Repository):
    _NAMED = Prepared(
        select(_c.name, _REMAINING, _c.at).where(
            _c.organization_id == bindparam("organization_id"), Among(_c.name, "names")
        )
    )

    async def named(self, organization_id: OrganizationId, names: Sequence[str]) -> Mapping[str, Budget]:
        params = {"organization_id": organization_id, "names": list(names)}
        rows = await self._db.rows(self._NAMED, params)
        return {row[0]: Budget(organization_id, *row) for row in rows}


class Budgets(BudgetReads):
    _PUT = Prepared(
        inserting(_BUDGETS),
        " ON CONFLICT (organization_id, name) DO UPDATE SET remaining = excluded.remaining, at = excluded.at",
    )
    _OLD = (
        select(_c.organization_id, _c.name)
        .where(_c.at < bindparam("before"))
        .order_by(_c.at)
        .limit(bindparam(LIMIT))
    )
    _FORGET = Prepared(delete(_BUDGETS).where(tuple_(_c.organization_id, _c.name).in_(_OLD)))

    async def put(self, *budgets: Budget) -> None:
        rows = [
            {
                "organization_id": one.organization_id,
                "name": one.name,
                "remaining": one.remaining,
                "at": one.at,
            }
            for one in budgets
        ]
        await self._db.send(self._PUT, rows)

    async def forget(self, before: datetime, limit: int) -> int:
        return await self._db.execute(self._FORGET, {"before": before, LIMIT: limit})
