"""A Freshdesk account as a source of imports (developers.freshdesk.com/api)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import anyio
from attrs import define, field

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.imports.freshdesk import translate
from helpdesk_adapters.imports.freshdesk.client import BeyondTheWall, FreshdeskApi
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.ports.imports import SourcePage
from helpdesk_core.webhooks import UnreadableDelivery

PAGE: Final = 100
AT_ONCE: Final = 25
"""Tickets of one page of ours: each is fetched alone."""
CALLS: Final = 4
WALL: Final = 300
"""The last page of a list that Freshdesk gives."""
BEGINNING: Final = "1970-01-01T00:00:00Z"
INCLUDED: Final = 10
"""Messages that come with a ticket; of one with so many there may be more."""
GONE: Final = ("deleted", "spam")

T = TypeVar("T")


@define
class FreshdeskSource:
    """An ImportSource over one account.

    A cursor of tickets is the time since which they have changed, the page of that list, and how many tickets of it
    are done: `2026-01-21T00:00:00Z 3 25`. Behind the 300th page the list begins again at the last time it has reached.
    """

    api: FreshdeskApi
    since: datetime | None = None
    _page: tuple[str, list[Any], bool] | None = field(default=None, init=False)
    _companies: Mapping[int, str] | None = field(default=None, init=False)
    _fields: Sequence[freshdesk.TicketField] | None = field(default=None, init=False)

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        """As ImportSource has it."""
        return await self._pages[kind](self, cursor)

    async def close(self) -> None:
        """Nothing is held that has to be let go."""

    async def _teams(self, cursor: str) -> SourcePage:
        return await self._simple("/groups", cursor, freshdesk.Group, Kind.TEAMS, translate.team)

    async def _users(self, cursor: str) -> SourcePage:
        return await self._simple("/agents", cursor, freshdesk.Agent, Kind.USERS, translate.user)

    async def _customers(self, cursor: str) -> SourcePage:
        companies = await self._company_names()
        return await self._simple(
            "/contacts",
            cursor,
            freshdesk.Contact,
            Kind.CUSTOMERS,
            lambda contact: translate.customer(contact, companies),
        )

    async def _custom_fields(self, cursor: str) -> SourcePage:
        fields = [one for one in await self._ticket_fields() if not one.default and one.name]
        return SourcePage(tuple(translate.field(one) for one in fields), "", last=True)

    async def _nothing(self, cursor: str) -> SourcePage:
        return SourcePage((), "", last=True)

    async def _tickets(self, cursor: str) -> SourcePage:
        since, page, done = _place(cursor, self.since)
        if since in GONE:
            return await self._gone(since, page, cursor)
        rows, more = await self._rows_since(since, page)
        now = rows[done : done + AT_ONCE]
        found, problems = _structured(now, freshdesk.Ticket, Kind.TICKETS)
        brought, wrong = await self._whole(found)
        every = (*problems, *wrong)
        if done + AT_ONCE < len(rows):
            return SourcePage(brought, f"{since} {page} {done + AT_ONCE}", last=False, problems=every)
        newest = max((one.updated_at for one in found), default=since)
        if more and page < WALL:
            return SourcePage(brought, f"{since} {page + 1} 0", last=False, problems=every)
        if more and newest > since:
            return SourcePage(brought, f"{newest} 1 0", last=False, problems=every)
        if len(rows) >= PAGE:
            told = (
                f"More than {WALL * PAGE} tickets have changed at {since}; Freshdesk does not give the rest."
            )
            every = (*every, Problem(Kind.TICKETS.value, since, told))
        return SourcePage(brought, f"deleted 1 {newest}", last=False, problems=every)

    async def _gone(self, which: str, page: int, cursor: str) -> SourcePage:
        """Tickets that are not in the list any more; the cursor's end is where the next import begins."""
        newest = cursor.split(" ")[2]
        asked = {"filter": which, "page": str(page), "per_page": str(PAGE)}
        rows, more = await self.api.rows("/tickets", asked)
        found, problems = _structured(rows, freshdesk.Ticket, Kind.TICKETS)
        things = tuple(translate.gone(one) for one in found if one.created_at or one.updated_at)
        if more and page < WALL:
            return SourcePage(things, f"{which} {page + 1} {newest}", last=False, problems=problems)
        if which == GONE[0]:
            return SourcePage(things, f"{GONE[1]} 1 {newest}", last=False, problems=problems)
        return SourcePage(things, f"{newest} 1 0", last=True, problems=problems)

    async def _rows_since(self, since: str, page: int) -> tuple[list[Any], bool]:
        params = {
            "updated_since": since,
            "order_by": "updated_at",
            "order_type": "asc",
            "page": str(page),
            "per_page": str(PAGE),
        }
        key = f"{since} {page}"
        if self._page is None or self._page[0] != key:
            try:
                self._page = (key, *await self.api.rows("/tickets", params))
            except BeyondTheWall:
                self._page = (key, [], False)
        return self._page[1:]

    async def _whole(
        self, tickets: Sequence[freshdesk.Ticket]
    ) -> tuple[tuple[Brought, ...], tuple[Problem, ...]]:
        """The tickets with all that was said on them, in their order."""
        statuses = translate.status_names(await self._ticket_fields())
        found: dict[int, Brought] = {}
        problems: list[Problem] = []
        waiting = list(reversed(tickets))

        async def fetch() -> None:
            while waiting:
                listed = waiting.pop()
                try:
                    whole, messages = await self._ticket(listed)
                    found[listed.id] = translate.ticket(whole, messages, statuses)
                except (UnreadableDelivery, ValueError) as error:
                    problems.append(Problem(Kind.TICKETS.value, str(listed.id), str(error)))

        try:
            async with anyio.create_task_group() as calls:
                for _ in range(min(CALLS, len(tickets))):
                    calls.start_soon(fetch)
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
        return tuple(found[one.id] for one in tickets if one.id in found), tuple(problems)

    async def _ticket(
        self, listed: freshdesk.Ticket
    ) -> tuple[freshdesk.Ticket, Sequence[freshdesk.Conversation]]:
        told = await self.api.get(f"/tickets/{listed.id}", {"include": "conversations,stats"})
        if told is None:
            return listed, ()  # it was deleted meanwhile; the list of those says so
        whole = structured(told, freshdesk.Ticket)
        if whole.conversations is not None and len(whole.conversations) < INCLUDED:
            return whole, whole.conversations
        messages: list[freshdesk.Conversation] = []
        for page in range(1, WALL + 1):
            path = f"/tickets/{listed.id}/conversations"
            rows, more = await self.api.rows(path, {"page": str(page), "per_page": str(PAGE)})
            found, _problems = _structured(rows, freshdesk.Conversation, Kind.TICKETS)
            known = {one.id for one in messages}
            messages += [one for one in found if one.id not in known]
            if not more:
                break
        return whole, messages

    async def _simple(
        self, path: str, cursor: str, cls: type[T], kind: Kind, become: Callable[[T], Brought]
    ) -> SourcePage:
        """A page of a list whose pages are numbered."""
        page = int(cursor or 1)
        rows, more = await self.api.rows(path, {"page": str(page), "per_page": str(PAGE)})
        found, problems = _structured(rows, cls, kind)
        last = not more
        things = tuple(become(one) for one in found)
        return SourcePage(things, "" if last else str(page + 1), last, problems=problems)

    async def _company_names(self) -> Mapping[int, str]:
        if self._companies is None:
            names: dict[int, str] = {}
            for page in range(1, WALL + 1):
                rows, more = await self.api.rows("/companies", {"page": str(page), "per_page": str(PAGE)})
                found, _problems = _structured(rows, freshdesk.Company, Kind.CUSTOMERS)
                names |= {one.id: one.name for one in found}
                if not more:
                    break
            self._companies = names
        return self._companies

    async def _ticket_fields(self) -> Sequence[freshdesk.TicketField]:
        if self._fields is None:
            rows, _more = await self.api.rows("/ticket_fields", {})
            self._fields, _problems = _structured(rows, freshdesk.TicketField, Kind.FIELDS)
        return self._fields

    _pages: Mapping[Kind, Callable[["FreshdeskSource", str], Awaitable[SourcePage]]] = {
        Kind.TEAMS: _teams,
        Kind.USERS: _users,
        Kind.CUSTOMERS: _customers,
        Kind.FIELDS: _custom_fields,
        Kind.MACROS: _nothing,
        Kind.ARTICLES: _nothing,
        Kind.TICKETS: _tickets,
    }


def _place(cursor: str, since: datetime | None) -> tuple[str, int, int]:
    """Since when, which page, and how many of it are done."""
    if not cursor:
        return (f"{since:%Y-%m-%dT%H:%M:%SZ}" if since is not None else BEGINNING), 1, 0
    told, page, done = cursor.split(" ")
    return told, int(page), int(done) if done.isdigit() else 0


def _structured(rows: Sequence[Any], cls: type[T], kind: Kind) -> tuple[list[T], tuple[Problem, ...]]:
    """Those that can be read, and what is wrong with the others."""
    found: list[T] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            found.append(structured(row, cls))
        except UnreadableDelivery as error:
            name = str(row.get("id", "")) if isinstance(row, dict) else ""
            problems.append(Problem(kind.value, name, str(error)))
    return found, tuple(problems)
