"""Lists of tickets: which statement finds a page so that no list is read through or sorted.

Most of what an inbox asks for is equal status, so the indexes are by status first and then in order. A list of several
statuses, or of all, is the merge of those of each (a compound SELECT with an ORDER BY is merged as it is read).
Priority, channel and times are looked at in passing.
"""

from functools import lru_cache
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, null, select, union_all
from sqlalchemy.sql import ClauseElement

from helpdesk_adapters.storage.sql.dialects import Among, checked, likely
from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, behind, ordered, paging
from helpdesk_adapters.storage.sql.mapping import tickets as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.rows import TicketRow, TicketTagRow, table
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.tickets import Status

TICKETS = Kept("ticket", TicketRow, mapping.TICKET, mapping.to_ticket, mapping.ticket_row, words="subject")
TAGS = table(TicketTagRow)
"""By what tickets are found: words (`ids`), customer, tag, assignee, team, or nothing of these."""

_t, _g = TICKETS.c, TAGS.c
_ORGANIZATION = bindparam("organization_id", type_=_t.organization_id.type)


def listing(
    organization_id: OrganizationId, wanted: TicketFilter, page: Page
) -> tuple[Prepared, dict[str, Any]]:
    """The statement for the page, and its parameters but for `ids` where `wanted.q` is given."""
    shape, params = _asked(organization_id, wanted, page)
    return _statement(shape), {**params, **paging(page)}


def counting(
    organization_id: OrganizationId, wanted: TicketFilter, most: int
) -> tuple[Prepared, dict[str, Any]]:
    """The statement that counts such tickets until there are `most`; its parameters as of `listing`."""
    is_by_update = wanted.updated_after is not None and wanted.created_after is wanted.created_before is None
    page = Page(sort="updated_at" if is_by_update else "created_at")
    shape, params = _asked(organization_id, wanted, page)
    return _count(shape), {**params, LIMIT: most}


def _asked(
    organization_id: OrganizationId, wanted: TicketFilter, page: Page
) -> tuple["_Shape", dict[str, Any]]:
    params: dict[str, Any] = {"organization_id": organization_id}
    equal = {
        "customer_id": wanted.customer_id,
        "tag": wanted.tag,
        "assignee_id": wanted.assignee_id,
        "team_id": wanted.team_id,
        "created_after": wanted.created_after,
        "created_before": wanted.created_before,
        "updated_after": wanted.updated_after,
    }
    given = {name: value for name, value in equal.items() if value is not None}
    several = {"status": wanted.status, "priority": wanted.priority, "channel": wanted.channel}
    for name, values in several.items():
        given |= {f"{name}_{place}": value.value for place, value in enumerate(dict.fromkeys(values))}
    shape = _Shape(
        frozenset(given),
        wanted.unassigned,
        wanted.snoozed,
        wanted.q is not None,
        page.sort,
        page.after is not None,
        wanted.sla_breached,
    )
    return shape, {**params, **given, **_EVERY_STATUS}


_EVERY_STATUS = {f"any_status_{place}": status.value for place, status in enumerate(Status)}


@frozen
class _Shape:
    """What tells one statement of a tickets' list from another."""

    given: frozenset[str]
    unassigned: bool
    snoozed: bool | None
    ids: bool
    sort: str
    after: bool
    breached: bool | None = None

    @property
    def page(self) -> Page:
        return Page(sort=self.sort)

    @property
    def is_found_otherwise(self) -> bool:
        """Whether something else than its organization leads to a ticket."""
        if self.ids or not self.given.isdisjoint(("customer_id", "tag")):
            return True
        return not self.snoozed and not self.given.isdisjoint(("assignee_id", "team_id"))

    def several(self, name: str) -> list[str]:
        return sorted(
            one for one in self.given if one.startswith(f"{name}_") and one[len(name) + 1 :].isdigit()
        )


@lru_cache(512)
def _statement(shape: _Shape) -> Prepared:
    if shape.ids:
        return Prepared(_of_ids(shape))
    by = shape.page.column
    if "customer_id" in shape.given:
        return Prepared(_sorted(_via(_filtered(shape, TICKETS.select), f"ix_tickets_customer_{by}"), shape))
    if "tag" in shape.given:
        return Prepared(_tagged(shape))
    return Prepared(_merged(shape))


@lru_cache(512)
def _count(shape: _Shape) -> Prepared:
    """Read off the indexes that lists are read off, and no further than has to be counted."""
    by = shape.page.column
    rows: Select[Any] = select(literal_column("1").label("one")).select_from(TICKETS.table)
    if shape.ids:
        found: Any = _filtered(shape, rows).where(Among(_t.id, "ids"))
    elif "customer_id" in shape.given:
        found = _via(_filtered(shape, rows), f"ix_tickets_customer_{by}")
    elif "tag" in shape.given:
        found = _bearing(_filtered(shape, rows, but="tag"), by)
    else:
        found = union_all(*_of_each_status(shape, rows))
    return Prepared(select(func.count()).select_from(found.limit(bindparam(LIMIT)).subquery()))


def _filtered(shape: _Shape, statement: Select[Any], *, but: str = "") -> Select[Any]:
    """With every condition but those on one column."""
    ours = _t.organization_id == _ORGANIZATION
    statement = statement.where(
        checked(ours) if shape.is_found_otherwise else ours, _t.merged_into_id.is_(null())
    )
    for name in ("customer_id", "assignee_id", "team_id"):
        if name in shape.given:
            statement = statement.where(_t[name] == bindparam(name))
    for name in ("status", "priority", "channel"):
        several = shape.several(name)
        if several and name != but:
            statement = statement.where(_t[name].in_([bindparam(one) for one in several]))
    if shape.unassigned:
        statement = statement.where(_t.assignee_id.is_(null()))
    if shape.snoozed:
        statement = statement.where(_t.snoozed_until.is_not(null()))
    if shape.snoozed is False:
        statement = statement.where(likely(_t.snoozed_until.is_(null())))
    if shape.breached:
        statement = statement.where(_t.sla_breached_at.is_not(null()))
    if shape.breached is False:
        statement = statement.where(likely(_t.sla_breached_at.is_(null())))
    if "created_after" in shape.given:
        statement = statement.where(likely(_t.created_at >= bindparam("created_after")))
    if "created_before" in shape.given:
        statement = statement.where(likely(_t.created_at < bindparam("created_before")))
    if "updated_after" in shape.given:
        statement = statement.where(likely(_t.updated_at >= bindparam("updated_after")))
    if "tag" in shape.given:
        tagged = select(_g.ticket_id).where(_g.ticket_id == _t.id, _g.tag == bindparam("tag"))
        statement = statement.where(tagged.exists()) if but != "tag" else statement
    return statement


def _index_of(shape: _Shape) -> str:
    """The index that leads to the tickets of each status."""
    by = shape.page.column
    if shape.snoozed:
        return f"ix_tickets_snoozed_{by}"
    if "assignee_id" in shape.given:
        return f"ix_tickets_assignee_{by}"
    if "team_id" in shape.given:
        return f"ix_tickets_team_{by}"
    return f"ix_tickets_nobody_{by}" if shape.unassigned else f"ix_tickets_{by}"


def _via(statement: Select[Any], index: str) -> Select[Any]:
    """Read off this index. SQLite knows nothing of how values are spread and would guess; PostgreSQL does."""
    return statement.with_hint(TICKETS.table, f"INDEXED BY {index}", "sqlite")


def _sorted(statement: Select[Any], shape: _Shape) -> Select[Any]:
    return ordered(statement, _t[shape.page.column], _t.id, shape.page, after=shape.after)


def _of_ids(shape: _Shape) -> Select[Any]:
    """Many are sorted, by as little as need be, and a page of them is read."""
    found = _sorted(_filtered(shape, select(_t.id)).where(Among(_t.id, "ids")), shape)
    return ordered(
        TICKETS.select.where(_t.id.in_(found)), _t[shape.page.column], _t.id, shape.page, after=False
    )


def _tagged(shape: _Shape) -> Select[Any]:
    statement = _bearing(_filtered(shape, TICKETS.select, but="tag"), shape.page.column)
    return ordered(statement, _g[shape.page.column], _g.ticket_id, shape.page, after=shape.after)


def _bearing(statement: Select[Any], by: str) -> Select[Any]:
    """Of the tickets with the tag, by the index of tags in this order."""
    statement = statement.join(TAGS, _g.ticket_id == _t.id)
    statement = statement.where(_g.organization_id == _ORGANIZATION, _g.tag == bindparam("tag"))
    return statement.with_hint(TAGS, f"INDEXED BY ix_ticket_tags_{by}", "sqlite")


def _of_each_status(shape: _Shape, statement: Select[Any]) -> list[Select[Any]]:
    """One list a status."""
    names = shape.several("status") or list(_EVERY_STATUS)
    statement = _via(_filtered(shape, statement, but="status"), _index_of(shape))
    return [statement.where(_t.status == bindparam(name)) for name in names]


def _merged(shape: _Shape) -> ClauseElement:
    """The merge of one list a status."""
    page = shape.page
    lists = _of_each_status(shape, TICKETS.select)
    if len(lists) == 1:
        return _sorted(lists[0], shape)
    if shape.after:
        lists = [one.where(behind(_t[page.column], _t.id, page)) for one in lists]
    union = union_all(*lists)
    value, id = union.selected_columns[page.column], union.selected_columns["id"]
    order: tuple[ColumnElement[Any], ...] = (
        (value.desc(), id.desc()) if page.descending else (value.asc(), id.asc())
    )
    return union.order_by(*order).limit(bindparam(LIMIT))
