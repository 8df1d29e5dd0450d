"""A Freshdesk account as a source of imports (developers.freshdesk.com/api)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import define, evolve, field

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.imports.freshdesk import translate, translate_tickets
from helpdesk_adapters.imports.freshdesk.client import BeyondTheWall, FreshdeskApi, NotUnderstood
from helpdesk_adapters.imports.freshdesk.directory import BEGINNING, PAGE, Directory, denied, each
from helpdesk_adapters.imports.freshdesk.help_centre import HelpCentre
from helpdesk_adapters.imports.freshdesk.ticket_list import (
    WALL,
    Place,
    TicketList,
    following,
    newest_of,
    place_of,
)
from helpdesk_adapters.imports.freshdesk.translate_tickets import Known
from helpdesk_adapters.imports.freshdesk.whole_tickets import Whole, whole
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.ports.imports import SourcePage

AT_ONCE: Final = 25
"""Tickets of one page of ours: each is fetched alone."""
BLOCKED: Final = "blocked"
STATES: Final = ("contacts", BLOCKED)
"""Of contacts: those that are in use, and those that are kept out. Deleted ones are not brought."""
GONE: Final = ("deleted", "spam")
SKEW: Final = timedelta(minutes=5)
"""By how much their clock may be behind ours."""


@define
class FreshdeskSource:
    """An ImportSource over one account; for cursors of tickets see `ticket_list.Place`.

    A cursor of contacts is a place, too, `newest` being when the import began, from where a later one goes on; in all
    other kinds it is the number of a page, or the folder and the page in it.
    """

    api: FreshdeskApi
    begun_at: datetime
    since: datetime | None = None
    directory: Directory = field(factory=Directory)
    _known: Known | None = field(default=None, init=False)
    _list: TicketList | None = field(default=None, init=False)
    _last: tuple[str, list[Any]] = field(default=("", []), init=False)

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        """As ImportSource has it."""
        return await self._pages[kind](self, cursor)

    async def close(self) -> None:
        """Nothing is held that has to be let go."""

    async def _teams(self, cursor: str) -> SourcePage:
        return await self._numbered(
            "/groups", cursor, Kind.TEAMS, lambda row: translate.team(structured(row, freshdesk.Group))
        )

    async def _users(self, cursor: str) -> SourcePage:
        return await self._numbered(
            "/agents", cursor, Kind.USERS, lambda row: translate.user(structured(row, freshdesk.Agent))
        )

    async def _customers(self, cursor: str) -> SourcePage:
        place = place_of(cursor, self.since)
        if place.which not in STATES:  # the beginning, or where the last import ended
            begun = f"{self.begun_at - SKEW:%Y-%m-%dT%H:%M:%SZ}"
            place = evolve(place, which=STATES[0], page=1, newest=begun)
        companies = dict((await self.directory.company_names(self.api)).found)
        blocked = place.which == BLOCKED
        rows, more, remarks = await self._contacts(place)
        found, problems = each(
            rows,
            Kind.CUSTOMERS,
            lambda row: translate.customer(structured(row, freshdesk.Contact), companies, blocked=blocked),
        )
        if more:
            after = evolve(place, page=place.page + 1)
        elif not blocked:
            after = evolve(place, which=BLOCKED, page=1)
        else:
            after = Place(since=place.newest, newest=place.newest)
        last = blocked and not more
        return SourcePage(found, after.cursor, last, problems=problems, remarks=remarks)

    async def _contacts(self, place: Place) -> tuple[list[Any], bool, tuple[Problem, ...]]:
        """Those that have changed since; all, where Freshdesk does not take that. And whether some cannot be had."""
        params = {"page": str(place.page), "per_page": str(PAGE)}
        params |= {"state": BLOCKED} if place.which == BLOCKED else {}
        narrowed = {"updated_since": place.since} if place.since > BEGINNING else {}
        try:
            rows, more = await self.api.rows("/contacts", {**params, **narrowed})
        except NotUnderstood:
            if not narrowed:
                raise
            rows, more = await self.api.rows("/contacts", params)
        except BeyondTheWall:
            return [], False, _beyond(Kind.CUSTOMERS, place.which)
        return rows, more and not self._is_repeated(place.which, rows), ()

    async def _custom_fields(self, cursor: str) -> SourcePage:
        told = await self.directory.ticket_fields(self.api)
        own = [one for one in told.found if not one.default and one.name]
        found = tuple(field for one in own for field in translate.fields(one))
        return SourcePage(found, "", last=True, remarks=denied(Kind.FIELDS, "ticket_fields", told.denied))

    async def _macros(self, cursor: str) -> SourcePage:
        return await HelpCentre(self.api, self.directory).macros(cursor)

    async def _articles(self, cursor: str) -> SourcePage:
        return await HelpCentre(self.api, self.directory).articles(cursor)

    async def _tickets(self, cursor: str) -> SourcePage:
        place = place_of(cursor, self.since)
        if place.which in GONE:
            return await self._gone(place)
        known = await self._what_is_known()
        self._list = self._list or TicketList(self.api, self.directory)
        listed = await self._list.at(place)
        late = listed.late if place.done == 0 else []
        now = [*late, *listed.rows[place.done : place.done + AT_ONCE]]
        brought = await whole(self.api, now, known)
        done = place.done + max(0, brought.taken - len(late))
        if brought.taken < len(now) or done < len(listed.rows):
            after = evolve(place, done=done)
            return await self._part(brought, after, cursor)
        self._list.taken(place)
        behind, wrong = following(place, listed)
        if behind is None:
            behind = Place(GONE[0], place.since, newest=newest_of(place, listed))
        return await self._part(brought, behind, cursor, wrong)

    async def _part(
        self, brought: Whole, after: Place, cursor: str, remarks: tuple[Problem, ...] = ()
    ) -> SourcePage:
        """Some of the list; on the first page with what cannot be had besides."""
        if not cursor:
            ratings = await self.directory.ratings(self.api)
            remarks += denied(Kind.TICKETS, "satisfaction_ratings", ratings.denied)
        remarks += brought.remarks
        return SourcePage(brought.tickets, after.cursor, False, problems=brought.problems, remarks=remarks)

    async def _gone(self, place: Place) -> SourcePage:
        """Tickets that are not in the list any more; `newest` is where the next import begins."""
        asked = {"filter": place.which, "page": str(place.page), "per_page": str(PAGE)}
        remarks: tuple[Problem, ...] = ()
        try:
            rows, more = await self.api.rows("/tickets", asked)
        except BeyondTheWall:
            rows, more = [], False
            remarks = _beyond(Kind.TICKETS, place.which)
        if more and place.page >= WALL:
            more, remarks = False, _beyond(Kind.TICKETS, place.which)
        there = [row for row in rows if isinstance(row, dict) and row.get(place.which) is True]
        found, problems = each(
            there, Kind.TICKETS, lambda row: translate_tickets.gone(structured(row, freshdesk.Ticket))
        )
        last = False
        if more and not self._is_repeated(place.which, rows):
            after = evolve(place, page=place.page + 1)
        elif place.which == GONE[0]:
            after = evolve(place, which=GONE[1], page=1)
        else:
            after, last = Place(since=place.newest, newest=place.newest), True
        return SourcePage(found, after.cursor, last, problems=problems, remarks=remarks)

    async def _what_is_known(self) -> Known:
        """What tickets are read with."""
        if self._known is None:
            fields = await self.directory.ticket_fields(self.api)
            ratings = await self.directory.ratings(self.api)
            self._known = Known(translate.status_names(fields.found), dict(ratings.found))
        return self._known

    async def _numbered(
        self, path: str, cursor: str, kind: Kind, become: Callable[[Any], Brought]
    ) -> SourcePage:
        """A page of a list whose pages are numbered."""
        page = int(cursor or 1)
        rows, more = await self.api.rows(path, {"page": str(page), "per_page": str(PAGE)})
        found, problems = each(rows, kind, become)
        last = not more or self._is_repeated(path, rows)
        return SourcePage(found, "" if last else str(page + 1), last, problems=problems)

    def _is_repeated(self, path: str, rows: list[Any]) -> bool:
        """Whether a list gives the same page again: it would have no end."""
        before, self._last = self._last, (path, rows)
        return before == self._last

    _pages: Mapping[Kind, Callable[["FreshdeskSource", str], Awaitable[SourcePage]]] = {
        Kind.TEAMS: _teams,
        Kind.USERS: _users,
        Kind.CUSTOMERS: _customers,
        Kind.FIELDS: _custom_fields,
        Kind.MACROS: _macros,
        Kind.ARTICLES: _articles,
        Kind.TICKETS: _tickets,
    }


def _beyond(kind: Kind, which: str) -> tuple[Problem, ...]:
    """That a list is longer than what Freshdesk gives of it."""
    told = f"There are more than {WALL * PAGE} of {which}, and Freshdesk gives no more; the rest is left out."
    return (Problem(kind.value, which, told),)
