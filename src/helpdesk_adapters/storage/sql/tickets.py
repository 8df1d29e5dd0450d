"""Tickets, and finding them by words."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, text, update
from sqlalchemy.types import Integer, Text

from helpdesk_adapters.storage.sql import full_text
from helpdesk_adapters.storage.sql.dialects import Among, checked
from helpdesk_adapters.storage.sql.kept import LIMIT, Repository, check_sort
from helpdesk_adapters.storage.sql.prepared import OR_NOTHING, PerDialect, Prepared, inserting
from helpdesk_adapters.storage.sql.rows import CounterRow, table
from helpdesk_adapters.storage.sql.ticket_lists import TAGS, TICKETS, counting, listing
from helpdesk_adapters.storage.sql.types import Id, ListOf
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.tickets import Ticket
from helpdesk_core.words import number_in

SORTS = ("created_at", "updated_at", "last_message_at", "number")

_COUNTED = """
    SELECT {given}, (
        SELECT count(*) FROM (
            SELECT 1 FROM ticket_tags {by_tag}
            WHERE ticket_tags.organization_id = :organization_id AND ticket_tags.tag = {given}
            AND NOT EXISTS (
                SELECT 1 FROM tickets {merged}
                WHERE tickets.id = ticket_tags.ticket_id AND tickets.merged_into_id IS NOT NULL
            )
            LIMIT :most
        ) AS counted
    )
    FROM {tags}
"""


def _counting(**parts: str) -> Any:
    organization_id, tags = bindparam("organization_id", type_=Id()), bindparam("tags", type_=ListOf(Text()))
    counting = text(_COUNTED.format(**parts)).bindparams(organization_id, tags, bindparam("most"))
    return counting.columns(tag=Text(), count=Integer())


TAG_COUNTS = PerDialect(
    sqlite=_counting(
        given="given.value",
        tags="json_each(:tags) AS given",
        by_tag="INDEXED BY ix_ticket_tags_number",
        merged="INDEXED BY ix_tickets_pointers",
    ),
    postgresql=_counting(
        given="given.tag", tags="unnest(CAST(:tags AS text[])) AS given (tag)", by_tag="", merged=""
    ),
)
"""Tags, and how many tickets bear each: counted one by one, up to a bound."""


class TicketReads(Repository):
    _BY_NUMBER = TICKETS.where(
        TICKETS.c.organization_id == bindparam("organization_id"), TICKETS.c.number == bindparam("number")
    )
    _MANY = TICKETS.where(
        checked(TICKETS.c.organization_id == bindparam("organization_id")), Among(TICKETS.c.id, "ids")
    )
    _MERGED_INTO = TICKETS.where(
        checked(TICKETS.c.organization_id == bindparam("organization_id")),
        TICKETS.c.merged_into_id == bindparam("ticket_id"),
        TICKETS.c.merged_into_id.is_not(None),
    )
    _BEARING = Prepared(
        TICKETS.select.join(TAGS, TAGS.c.ticket_id == TICKETS.c.id)
        .where(TAGS.c.organization_id == bindparam("organization_id"), TAGS.c.tag == bindparam("tag"))
        .with_hint(TAGS, "INDEXED BY ix_ticket_tags_number", "sqlite")
        .order_by(TAGS.c.number)
        .limit(bindparam(LIMIT))
    )
    _TAG_COUNTS = Prepared(TAG_COUNTS)

    async def get(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket | None:
        ticket = await TICKETS.get(self._db, ticket_id, organization_id)
        return ticket if ticket is not None and ticket.organization_id == organization_id else None

    async def many(
        self, organization_id: OrganizationId, ids: Sequence[TicketId]
    ) -> Mapping[TicketId, Ticket]:
        params = {"organization_id": organization_id, "ids": ids}
        return {ticket.id: ticket for ticket in await TICKETS.every(self._db, self._MANY, params)}

    async def by_number(self, organization_id: OrganizationId, number: int) -> Ticket | None:
        params = {"organization_id": organization_id, "number": number}
        return await TICKETS.first(self._db, self._BY_NUMBER, params)

    async def page(self, organization_id: OrganizationId, wanted: TicketFilter, page: Page) -> Slice[Ticket]:
        check_sort(page, *SORTS)
        prepared, params = listing(organization_id, wanted, page)
        if wanted.q is not None:
            params["ids"] = tuple(await self._found(organization_id, wanted.q))
            if not params["ids"]:
                return Slice(())
        return cut(await TICKETS.every(self._db, prepared, params), page)

    async def count(self, organization_id: OrganizationId, wanted: TicketFilter, most: int) -> int:
        prepared, params = counting(organization_id, wanted, most)
        if wanted.q is not None:
            params["ids"] = tuple(await self._found(organization_id, wanted.q))
        return int((await self._db.rows(prepared, params))[0][0])

    async def merged_into(self, organization_id: OrganizationId, ticket_id: TicketId) -> Sequence[Ticket]:
        params = {"organization_id": organization_id, "ticket_id": ticket_id}
        found = await TICKETS.every(self._db, self._MERGED_INTO, params)
        return sorted(found, key=lambda ticket: ticket.number)

    async def bearing(self, organization_id: OrganizationId, tag: str, limit: int) -> Sequence[Ticket]:
        params = {"organization_id": organization_id, "tag": tag, LIMIT: limit}
        return await TICKETS.every(self._db, self._BEARING, params)

    async def tag_counts(
        self, organization_id: OrganizationId, tags: Sequence[str], most: int
    ) -> Mapping[str, int]:
        params = {"organization_id": organization_id, "tags": tags, "most": most}
        rows = await self._db.rows(self._TAG_COUNTS, params)
        return {tag: int(count) for tag, count in rows if count}

    async def _found(self, organization_id: OrganizationId, q: str) -> set[TicketId]:
        """The tickets that have every word of `q`, and the one whose number it is."""
        found = await full_text.TICKETS.find(self._db, organization_id, q)
        number = number_in(q)
        numbered = None if number is None else await self.by_number(organization_id, number)
        return found if numbered is None else {*found, numbered.id}


_COUNTERS = table(CounterRow)


class Tickets(TicketReads):
    _NEXT = Prepared(
        inserting(_COUNTERS),
        " ON CONFLICT (organization_id) DO UPDATE SET ticket_number = counters.ticket_number + 1"
        " RETURNING ticket_number",
    )
    _NEXT_MANY = Prepared(
        inserting(_COUNTERS),
        " ON CONFLICT (organization_id) DO UPDATE SET"
        " ticket_number = counters.ticket_number + excluded.ticket_number RETURNING ticket_number",
    )
    _TAG = Prepared(inserting(TAGS), OR_NOTHING)
    _UNTAG = Prepared(delete(TAGS).where(TAGS.c.ticket_id == bindparam("the_ticket")))
    _RESORT = Prepared(
        update(TAGS)
        .where(TAGS.c.ticket_id == bindparam("the_ticket"))
        .values(
            updated_at=bindparam("updated_at"),
            last_message_at=bindparam("last_message_at"),
        )
    )

    async def _found(self, organization_id: OrganizationId, q: str) -> set[TicketId]:
        await self._db.catch_up()
        return await super()._found(organization_id, q)

    async def next_number(self, organization_id: OrganizationId) -> int:
        first = {"organization_id": organization_id, "ticket_number": 1, "log_seq": 0}
        return int((await self._db.rows(self._NEXT, first))[0][0])

    async def next_numbers(self, organization_id: OrganizationId, count: int) -> int:
        first = {"organization_id": organization_id, "ticket_number": count, "log_seq": 0}
        return int((await self._db.rows(self._NEXT_MANY, first))[0][0]) - count + 1

    async def add_all(self, tickets: Sequence[Ticket]) -> None:
        await TICKETS.add_all(self._db, tickets)
        await self._db.send(self._TAG, [row for ticket in tickets for row in _tagged(ticket)])

    async def add(self, ticket: Ticket) -> None:
        await TICKETS.add(self._db, ticket, f"There is a ticket {ticket.number} already.")
        await self._tag(ticket)

    async def replace(self, ticket: Ticket) -> None:
        changed = await TICKETS.replace(self._db, ticket)
        if changed.keys() & {"tags", "created_at", "number"}:
            await self._db.send(self._UNTAG, [{"the_ticket": ticket.id}])
            await self._tag(ticket)
        elif ticket.tags and changed.keys() & {"updated_at", "last_message_at"}:
            params = {"updated_at": ticket.updated_at, "last_message_at": ticket.last_message_at}
            await self._db.send(self._RESORT, [{**params, "the_ticket": ticket.id}])

    async def remove(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        if await self.get(organization_id, ticket_id) is not None:
            await (
                self._db.catch_up()
            )  # words that wait to be indexed must not come after their ticket is gone
            self._db.marks.seen.clear()
            await TICKETS.remove(self._db, ticket_id)

    async def _tag(self, ticket: Ticket) -> None:
        await self._db.send(self._TAG, _tagged(ticket))


def _tagged(ticket: Ticket) -> list[dict[str, Any]]:
    return [
        {
            "ticket_id": ticket.id,
            "tag": tag,
            "organization_id": ticket.organization_id,
            "created_at": ticket.created_at,
            "updated_at": ticket.updated_at,
            "last_message_at": ticket.last_message_at,
            "number": ticket.number,
        }
        for tag in ticket.tags
    ]
