"""The event log."""

from collections import Counter
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Insert, bindparam, cast, insert, select, text
from sqlalchemy.dialects import postgresql

from helpdesk_adapters.storage.sql.kept import AFTER, LIMIT, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import machinery as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import CounterRow, LogRow, table
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import AuditFilter, LogSlice

LOG = table(LogRow)
_COUNTERS = table(CounterRow)
_EVENTS = select(*(LOG.c[name] for name in mapping.LOGGED))


class LogReads(Repository):
    _LAST = Prepared(
        select(_COUNTERS.c.log_seq).where(_COUNTERS.c.organization_id == bindparam("organization_id"))
    )
    _SINCE = Prepared(
        _EVENTS.where(LOG.c.organization_id == bindparam("organization_id"), LOG.c.seq > bindparam("since"))
        .order_by(LOG.c.seq)
        .limit(bindparam(LIMIT))
    )

    _ACTED = Prepared(
        select(LOG.c.actor_id)
        .where(
            LOG.c.organization_id == bindparam("organization_id"),
            LOG.c.origin == bindparam("origin"),
            LOG.c.origin.is_not(None),
            LOG.c.actor_id.is_not(None),
        )
        .distinct()
    )

    async def since(self, organization_id: OrganizationId, seq: int, limit: int) -> LogSlice:
        last = await self._db.rows(self._LAST, {"organization_id": organization_id})
        params = {"organization_id": organization_id, "since": seq, LIMIT: limit}
        rows = await self._db.rows(self._SINCE, params) if last and last[0][0] > seq else []
        return LogSlice(tuple(mapping.to_event(row) for row in rows), int(last[0][0]) if last else 0)

    async def acted(self, organization_id: OrganizationId, origin: str) -> frozenset[UUID]:
        rows = await self._db.rows(self._ACTED, {"organization_id": organization_id, "origin": origin})
        return frozenset(row[0] for row in rows)

    async def about(
        self, organization_id: OrganizationId, subject_id: UUID, page: Page
    ) -> Slice[DomainEvent]:
        check_sort(page, "recorded_at")
        params: dict[str, Any] = {
            "organization_id": organization_id,
            "subject_id": subject_id,
            **paging(page),
        }
        rows = await self._db.rows(_about(page), params)
        return cut([mapping.to_event(row) for row in rows], page)

    async def page(
        self, organization_id: OrganizationId, wanted: AuditFilter, page: Page
    ) -> Slice[DomainEvent]:
        check_sort(page, "seq")
        equal = {
            name: getattr(wanted, name) for name in ("actor_id", "type", "subject_id", "after", "before")
        }
        given = {name: value for name, value in equal.items() if value is not None}
        prepared = _audited(tuple(given), page.sort, page.after is not None)
        rows = await self._db.rows(prepared, {"organization_id": organization_id, **given, **paging(page)})
        return cut([mapping.to_event(row) for row in rows], page)


@lru_cache(64)
def _audited(given: tuple[str, ...], sort: str, after: bool) -> Prepared:
    """Off the index of what is audited: the condition must stand there as the index says it."""
    statement = _EVENTS.with_hint(LOG, "INDEXED BY ix_event_log_audited", "sqlite")
    statement = statement.where(LOG.c.organization_id == bindparam("organization_id"), text("audited"))
    for name in given:
        match name:
            case "after":
                condition: ColumnElement[bool] = LOG.c.recorded_at > bindparam("after")
            case "before":
                condition = LOG.c.recorded_at < bindparam("before")
            case _:
                condition = LOG.c[name] == bindparam(name)
        statement = statement.where(condition)
    descending = sort.startswith("-")
    if after:
        place = bindparam(AFTER, type_=LOG.c.seq.type)
        statement = statement.where(LOG.c.seq < place if descending else LOG.c.seq > place)
    return Prepared(statement.order_by(LOG.c.seq.desc() if descending else LOG.c.seq).limit(bindparam(LIMIT)))


def _number_and_append() -> Insert:
    """One statement, as PostgreSQL knows it; the parameters are those of an event's row, with its `seq` 1."""
    first = {"organization_id": bindparam("organization_id"), "ticket_number": 0, "log_seq": bindparam("seq")}
    counted = postgresql.insert(_COUNTERS).values(first)
    counted = counted.on_conflict_do_update(
        index_elements=["organization_id"], set_={"log_seq": _COUNTERS.c.log_seq + counted.excluded.log_seq}
    )
    numbered = counted.returning(_COUNTERS.c.log_seq).cte("numbered")
    names = [column.name for column in LOG.columns]
    values = [
        numbered.c.log_seq
        if name == "seq"
        else cast(bindparam(name, type_=LOG.c[name].type), LOG.c[name].type)
        for name in names
    ]
    return insert(LOG).from_select(names, select(*values))


class Log(LogReads):
    _ADVANCE = Prepared(
        inserting(_COUNTERS),
        " ON CONFLICT (organization_id) DO UPDATE SET log_seq = counters.log_seq + excluded.log_seq"
        " RETURNING log_seq",
    )
    _APPEND = Prepared(inserting(LOG))
    _NUMBER_AND_APPEND = Prepared(_number_and_append())

    async def append(self, *events: DomainEvent) -> None:
        if (
            self._db.dialect.name == "postgresql"
        ):  # the database numbers them, so that nobody waits for a number
            await self._db.send(self._NUMBER_AND_APPEND, [mapping.event_row(event, 1) for event in events])
            self._db.marks.logs.update(event.organization_id for event in events)
            return
        behind = {
            organization_id: await self._advance(organization_id, number)
            for organization_id, number in Counter(event.organization_id for event in events).items()
        }
        rows = []
        for event in events:
            behind[event.organization_id] += 1
            rows.append(mapping.event_row(event, behind[event.organization_id]))
        await self._db.send(self._APPEND, rows)
        self._db.marks.logs.update(behind)

    async def _advance(self, organization_id: OrganizationId, by: int) -> int:
        """Reserves so many numbers; the one before the first of them."""
        params = {"organization_id": organization_id, "ticket_number": 0, "log_seq": by}
        return int((await self._db.rows(self._ADVANCE, params))[0][0]) - by


_ABOUT = {
    (sort, after): Prepared(
        ordered(
            _EVENTS.where(
                LOG.c.organization_id == bindparam("organization_id"),
                LOG.c.subject_id == bindparam("subject_id"),
            ),
            LOG.c.recorded_at,
            LOG.c.id,
            Page(sort=sort),
            after=after,
        )
    )
    for sort in ("recorded_at", "-recorded_at")
    for after in (False, True)
}


def _about(page: Page) -> Prepared:
    return _ABOUT[page.sort, page.after is not None]
