"""A Zendesk account as a source of imports (developer.zendesk.com/api-reference/ticketing, "Incremental exports")."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import define, field

from helpdesk_adapters.imports.zendesk import payloads as zendesk
from helpdesk_adapters.imports.zendesk import translate, translate_tickets
from helpdesk_adapters.imports.zendesk.client import ZendeskApi
from helpdesk_adapters.imports.zendesk.comments import comments_of, fetched
from helpdesk_adapters.imports.zendesk.places import TicketPlace, place_in, place_of, telling
from helpdesk_adapters.imports.zendesk.reading import AT_ONCE, Companies, Reading, Told, readable
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.ports.imports import AccessDenied, SourcePage

TICKETS: Final = 50
"""Tickets of one page of ours: Zendesk's are larger, and each ticket's comments are fetched alone."""
STAFF: Final = (("role[]", "agent"), ("role[]", "admin"))


@define
class ZendeskSource:
    """An ImportSource over one account. `mapped` are the words of statuses, in lower case, of which somebody has said
    what they mean here.
    """

    api: ZendeskApi
    since: datetime | None = None
    mapped: Collection[str] = ()
    _reading: Reading = field(init=False)
    _companies: Companies = field(init=False)
    _statuses: Mapping[int, str] | None = field(default=None, init=False)
    _identities: bool = field(default=True, init=False)
    """Whether Zendesk tells people's further addresses in bulk."""
    _stopped: Exception | None = field(default=None, init=False)
    """What kept the last page from being a whole one."""

    def __attrs_post_init__(self) -> None:
        self._reading = Reading(self.api, self.since)
        self._companies = Companies(self._reading)

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        """As ImportSource has it."""
        stopped, self._stopped = self._stopped, None
        if stopped is not None:
            raise stopped
        return await self._pages[kind](self, cursor)

    async def close(self) -> None:
        """Nothing is held that has to be let go."""

    async def _teams(self, cursor: str) -> SourcePage:
        told = await self._reading.listed("/api/v2/groups.json", cursor)
        groups, problems = readable(_rows(told, "groups"), zendesk.Group, Kind.TEAMS)
        return _page(told, [translate.team(one) for one in groups if not one.deleted], problems)

    async def _users(self, cursor: str) -> SourcePage:
        told = await self._reading.listed("/api/v2/users.json", cursor, STAFF)
        people, problems = readable(_rows(told, "users"), zendesk.User, Kind.USERS)
        staff = [one for one in people if one.role in translate.STAFF]
        groups = await self._groups_of({one.id for one in staff})
        return _page(told, [translate.user(one, groups.get(one.id, ())) for one in staff], problems)

    async def _groups_of(self, users: Collection[int]) -> Mapping[int, Collection[int]]:
        rows = await self._reading.all_of("/api/v2/group_memberships.json", "group_memberships")
        memberships, _problems = readable(rows, zendesk.Membership, Kind.USERS)
        groups: dict[int, list[int]] = {}
        for one in memberships:
            if one.user_id in users:
                groups.setdefault(one.user_id, []).append(one.group_id)
        return groups

    async def _customers(self, cursor: str) -> SourcePage:
        told = await self._reading.exported("users", cursor)
        people, problems = readable(told.rows("users"), zendesk.User, Kind.CUSTOMERS)
        writing = [one for one in people if one.role not in translate.STAFF]
        companies = await self._companies.names(one.organization_id for one in writing)
        identities = await self._identities_of([one.id for one in writing if one.active])
        customers = [translate.customer(one, companies, identities.get(one.id, ())) for one in writing]
        total = await self._count("/api/v2/users/count.json") if not cursor else None
        return _page(told, customers, problems, total)

    async def _identities_of(self, ids: Sequence[int]) -> Mapping[int, Sequence[zendesk.Identity]]:
        """A hundred people a call, since one a call would take an hour for what takes a minute so."""
        found: dict[int, list[zendesk.Identity]] = {}
        for start in range(0, len(ids) if self._identities else 0, AT_ONCE):
            some = ",".join(map(str, ids[start : start + AT_ONCE]))
            asked = (("ids", some), ("include", "identities"))
            try:
                told = await self.api.get("/api/v2/users/show_many.json", asked)
            except AccessDenied:
                told = None
            if told is None:
                self._identities = False
                break
            rows = Told(told, "", last=True).rows("identities")
            for one in readable(rows, zendesk.Identity, Kind.CUSTOMERS)[0]:
                found.setdefault(one.user_id, []).append(one)
        return found

    async def _fields(self, cursor: str) -> SourcePage:
        """All in one page, since no two may have one key: an account has some hundred of them at most."""
        rows = await self._reading.all_of("/api/v2/ticket_fields.json", "ticket_fields")
        fields, problems = readable(rows, zendesk.TicketField, Kind.FIELDS)
        return SourcePage(tuple(translate.fields(fields)), "", last=True, problems=problems)

    async def _macros(self, cursor: str) -> SourcePage:
        try:
            told = await self._reading.listed("/api/v2/macros.json", cursor)
        except AccessDenied as denied:
            return _denied(Kind.MACROS, denied)
        macros, problems = readable(_rows(told, "macros"), zendesk.Macro, Kind.MACROS)
        return _page(told, [translate.macro(one) for one in macros if one.active], problems)

    async def _articles(self, cursor: str) -> SourcePage:
        """Articles in the language that they were written in; without a help centre there are none."""
        path = "/api/v2/help_center/articles.json"
        try:
            told = await self._reading.listed(path, cursor, (("include", "sections"),))
        except AccessDenied as denied:
            return _denied(Kind.ARTICLES, denied)
        articles, problems = readable(_rows(told, "articles"), zendesk.Article, Kind.ARTICLES)
        sections, _problems = readable(_rows(told, "sections"), zendesk.Section, Kind.ARTICLES)
        names = {one.id: one.name for one in sections}
        return _page(told, [translate.article(one, names) for one in articles], problems)

    async def _tickets(self, cursor: str) -> SourcePage:
        place = place_in(cursor)
        told = await self._reading.exported("tickets", place.mark)
        rows = told.rows("tickets")
        start = place.start(rows)
        now = rows[start : start + TICKETS]
        tickets, problems = readable(now, zendesk.Ticket, Kind.TICKETS)
        alive = [one.id for one in tickets if one.status != translate_tickets.DELETED]
        said = await comments_of(self.api, alive)
        end = start + len(now)
        if said.stopped is not None:
            self._stopped = said.stopped
            got = fetched(alive, said.comments)
            end = start + place_of(now, alive[got])
            if end == start:
                stopped, self._stopped = said.stopped, None
                raise stopped
            tickets, problems = readable(rows[start:end], zendesk.Ticket, Kind.TICKETS)
        brought, wrong = _translated(tickets, said.comments, await self._known(tickets))
        remarks = tuple(problem for one in tickets for problem in said.problems.get(one.id, ()))
        total = await self._count("/api/v2/tickets/count.json") if not cursor else None
        done, every = end >= len(rows), (*problems, *wrong)
        after = TicketPlace(told.cursor) if done else TicketPlace(place.mark, end, telling(rows[end - 1]))
        return SourcePage(tuple(brought), str(after), done and told.last, total, every, remarks)

    async def _known(self, tickets: Sequence[zendesk.Ticket]) -> translate_tickets.Known:
        if self._statuses is None:
            rows = await self._reading.all_of("/api/v2/custom_statuses.json", "custom_statuses")
            statuses, _problems = readable(rows, zendesk.CustomStatus, Kind.TICKETS)
            self._statuses = {one.id: one.agent_label for one in statuses if not one.default}
        companies = await self._companies.names(one.organization_id for one in tickets)
        return translate_tickets.Known(companies, self._statuses, self.mapped)

    async def _count(self, path: str) -> int | None:
        """About how many there are, where Zendesk says so, and where all of them are brought."""
        if self.since is not None:
            return None
        try:
            told = await self.api.get(path) or {}
        except AccessDenied:
            return None
        count = told.get("count")
        value = count.get("value") if isinstance(count, dict) else count
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    _pages: Mapping[Kind, Callable[["ZendeskSource", str], Awaitable[SourcePage]]] = {
        Kind.TEAMS: _teams,
        Kind.USERS: _users,
        Kind.CUSTOMERS: _customers,
        Kind.FIELDS: _fields,
        Kind.MACROS: _macros,
        Kind.ARTICLES: _articles,
        Kind.TICKETS: _tickets,
    }


def _translated(
    tickets: Sequence[zendesk.Ticket],
    comments: Mapping[int, Sequence[zendesk.Comment] | None],
    known: translate_tickets.Known,
) -> tuple[list[Brought], list[Problem]]:
    brought: list[Brought] = []
    wrong: list[Problem] = []
    for one in tickets:
        try:
            brought.append(translate_tickets.ticket(one, comments.get(one.id), known))
        except ValueError as error:
            wrong.append(Problem(Kind.TICKETS.value, str(one.id), str(error)))
    return brought, wrong


def _rows(told: Told | None, member: str) -> Sequence[Any]:
    return told.rows(member) if told is not None else ()


def _page(
    told: Told | None, things: Sequence[Brought], problems: Sequence[Problem], total: int | None = None
) -> SourcePage:
    if told is None:
        return SourcePage(tuple(things), "", last=True)
    return SourcePage(tuple(things), told.cursor, told.last, total, tuple(problems))


def _denied(kind: Kind, denied: AccessDenied) -> SourcePage:
    """What an account need not have does not stop the import where we may not look at it."""
    return SourcePage((), "", last=True, remarks=(Problem(kind.value, "", f"None are brought: {denied}"),))
