"""Tickets, and finding them by words."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, update

from helpdesk_adapters.storage.sql.dialects import HAVING, HITS, match
from helpdesk_adapters.storage.sql.kept import Repository, check_sort
from helpdesk_adapters.storage.sql.prepared import OR_NOTHING, Prepared, inserting
from helpdesk_adapters.storage.sql.rows import CounterRow, table
from helpdesk_adapters.storage.sql.ticket_lists import TAGS, TICKETS, listing
from helpdesk_adapters.storage.words import words_of
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.tickets import Ticket

SORTS = ("created_at", "updated_at", "last_message_at", "number")

NEWEST = 1000
"""Of a word, the newest so many subjects and messages are looked at."""


class TicketReads(Repository):
    _BY_NUMBER = TICKETS.where(
        TICKETS.c.organization_id == bindparam("organization_id"), TICKETS.c.number == bindparam("number")
    )
    _HITS = Prepared(HITS)
    _HAVING = Prepared(HAVING)

    async def get(self, organization_id: OrganizationId, ticket_id: TicketId) -> Ticket | None:
        ticket = await TICKETS.get(self._db, ticket_id)
        return ticket if ticket is not None and ticket.organization_id == organization_id else None

    async def by_number(self, organization_id: OrganizationId, number: int) -> Ticket | None:
        params = {"organization_id": organization_id, "number": number}
        return await TICKETS.first(self._db, self._BY_NUMBER, params)

    async def page(self, organization_id: OrganizationId, wanted: TicketFilter, page: Page) -> Slice[Ticket]:
        check_sort(page, *SORTS)
        prepared, params = listing(organization_id, wanted, page)
        if wanted.q is not None:
            params["ids"] = await self._found(organization_id, wanted.q)
            if not params["ids"]:
                return Slice(())
        return cut(await TICKETS.every(self._db, prepared, params), page)

    async def _found(self, organization_id: OrganizationId, q: str) -> Sequence[TicketId]:
        """The tickets that hold every word: candidates from the rarest word, which then have to hold the others.

        Words that stand in more than `NEWEST` texts are no candidates' source while there is a rarer one; if there
        is none, the candidates are the newest of the word with the fewest.
        """
        words = words_of(q)
        wanted = dict.fromkeys(words[:-1], False)
        for last in words[-1:]:
            wanted.setdefault(last, True)
        hits = []
        for word, beginning in wanted.items():
            one = match(self._db.dialect, organization_id, word, beginning=beginning)
            rows = await self._db.rows(
                self._HITS, {"organization_id": organization_id, "match": one, "most": NEWEST}
            )
            hits.append(({row[0] for row in rows}, one))
            if not rows:
                return ()
        hits.sort(key=lambda hit: len(hit[0]))
        found: set[Any] = hits[0][0] if hits else set()
        for ids, one in hits[1:]:
            if len(ids) < NEWEST:
                found = found & ids
            elif found:
                params = {"organization_id": organization_id, "match": one, "ids": tuple(found)}
                found = {row[0] for row in await self._db.rows(self._HAVING, params)}
        return tuple(found)


_COUNTERS = table(CounterRow)


class Tickets(TicketReads):
    _NEXT = Prepared(
        inserting(_COUNTERS),
        " ON CONFLICT (organization_id) DO UPDATE SET ticket_number = counters.ticket_number + 1"
        " RETURNING ticket_number",
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

    async def _found(self, organization_id: OrganizationId, q: str) -> Sequence[TicketId]:
        await self._db.catch_up()
        return await super()._found(organization_id, q)

    async def next_number(self, organization_id: OrganizationId) -> int:
        first = {"organization_id": organization_id, "ticket_number": 1, "log_seq": 0}
        return int((await self._db.rows(self._NEXT, first))[0][0])

    async def add(self, ticket: Ticket) -> None:
        await TICKETS.add(self._db, ticket, f"There is a ticket {ticket.number} already.")
        await self._tag(ticket)

    async def replace(self, ticket: Ticket) -> None:
        changed = await TICKETS.replace(self._db, ticket)
        if changed.keys() & {"tags", "created_at", "number"}:
            await self._db.execute(self._UNTAG, {"the_ticket": ticket.id})
            await self._tag(ticket)
        elif ticket.tags and changed.keys() & {"updated_at", "last_message_at"}:
            params = {"updated_at": ticket.updated_at, "last_message_at": ticket.last_message_at}
            await self._db.execute(self._RESORT, {**params, "the_ticket": ticket.id})

    async def remove(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        if await self.get(organization_id, ticket_id) is not None:
            self._db.marks.seen.clear()
            await TICKETS.remove(self._db, ticket_id)

    async def _tag(self, ticket: Ticket) -> None:
        rows = [
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
        if rows:
            await self._db.executemany(self._TAG, rows)
