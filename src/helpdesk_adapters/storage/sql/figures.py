"""Figures that were counted day by day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, bindparam, cast, func, select

from helpdesk_adapters.storage.sql.dialects import Among
from helpdesk_adapters.storage.sql.kept import Repository
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import DailyFigureRow, table
from helpdesk_core.figures import Figure
from helpdesk_core.ids import OrganizationId

_FIGURES = table(DailyFigureRow)
_f = _FIGURES.c
_OURS = (_f.organization_id == bindparam("organization_id"), Among(_f.measure, "measures"))
_PLACE = (_f.measure, _f.channel, _f.agent_id)


class FigureReads(Repository):
    _BETWEEN = Prepared(
        select(_f.measure, _f.day, _f.channel, _f.agent_id, _f.count, _f.total)
        .where(*_OURS, _f.day >= bindparam("first"), _f.day <= bindparam("last"))
        .order_by(_f.measure, _f.day, _f.channel, _f.agent_id)
    )
    _UNTIL = Prepared(
        select(*_PLACE, cast(func.sum(_f.count), BigInteger), cast(func.sum(_f.total), BigInteger))
        .where(*_OURS, _f.day <= bindparam("last"))
        .group_by(*_PLACE)
        .order_by(*_PLACE)
    )

    async def between(
        self, organization_id: OrganizationId, measures: Sequence[str], first: date, last: date
    ) -> Sequence[Figure]:
        params = {
            "organization_id": organization_id,
            "measures": list(measures),
            "first": first,
            "last": last,
        }
        return [Figure(*row) for row in await self._db.rows(self._BETWEEN, params)]

    async def until(
        self, organization_id: OrganizationId, measures: Sequence[str], last: date
    ) -> Sequence[Figure]:
        params = {"organization_id": organization_id, "measures": list(measures), "last": last}
        rows = await self._db.rows(self._UNTIL, params)
        return [Figure(measure, last, *more) for measure, *more in rows]


class Figures(FigureReads):
    _ADD = Prepared(
        inserting(_FIGURES),
        " ON CONFLICT (organization_id, measure, day, channel, agent_id) DO UPDATE"
        " SET count = daily_figures.count + excluded.count, total = daily_figures.total + excluded.total",
    )

    async def add(self, organization_id: OrganizationId, figures: Sequence[Figure]) -> None:
        rows = [
            {
                "organization_id": organization_id,
                "measure": one.measure,
                "day": one.day,
                "channel": one.channel,
                "agent_id": one.agent_id,
                "count": one.count,
                "total": one.total,
            }
            for one in figures
        ]
        await self._db.send(self._ADD, rows)
