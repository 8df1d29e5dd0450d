"""Tickets, and finding them by words."""

from collections.abc import Iterable, Mapping

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
        ticket = await TICKETS.get(self._db, ticket_id, organization_id)
        return ticket if ticket is not None and ticket.organization_id == organization_id else None

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

    async def _found(self, organization_id: OrganizationId, q: str) -> Iterable[TicketId]:
        """The tickets that have every word, in whichever of their texts.

        A word in fewer than `NEWEST` texts gives all its tickets; the rarest of these words gives the candidates, which
        then must have the others. If there is none, all words are common: then the newest texts that have all of them.
        """
        *words, last = words_of(q) or [""]
        wanted = {**dict.fromkeys(words, False), **({} if last in words else {last: True})}
        if not last:
            return ()
        hits = {word: await self._hits(organization_id, {word: begins}) for word, begins in wanted.items()}
        few = [found for found in hits.values() if len(found) < NEWEST]
        if not few:
            return hits[last] if len(hits) == 1 else await self._hits(organization_id, wanted)
        found = set.intersection(*few)
        for word in hits:
            if found and len(hits[word]) >= NEWEST:
                one = match(self._db.dialect, organization_id, {word: wanted[word]})
                params = {"organization_id": organization_id, "match": one, "ids": tuple(found)}
                found = {row[0] for row in await self._db.rows(self._HAVING, params)}
        return found

    async def _hits(self, organization_id: OrganizationId, words: Mapping[str, bool]) -> set[TicketId]:
        one = match(self._db.dialect, organization_id, words)
        params = {"organization_id": organization_id, "match": one, "most": NEWEST}
        return {row[0] for row in await self._db.rows(self._HITS, params)}


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

    async def _found(self, organization_id: OrganizationId, q: str) -> Iterable[TicketId]:
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
        await self._db.send(self._TAG, rows)
