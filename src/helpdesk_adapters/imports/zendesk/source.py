"""A Zendesk account as a source of imports (developer.zendesk.com/api-reference/ticketing, "Incremental exports")."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import anyio
from attrs import define, field

from helpdesk_adapters.imports.zendesk import payloads as zendesk
from helpdesk_adapters.imports.zendesk import translate
from helpdesk_adapters.imports.zendesk.client import ZendeskApi
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import SourcePage
from helpdesk_core.webhooks import UnreadableDelivery

PAGE: Final = "100"
AT_ONCE: Final = 50
"""Tickets of one page of ours: Zendesk's are larger, and each ticket's comments are fetched alone."""
CALLS: Final = 8
"""Comments that are fetched side by side."""
MOST_PAGES: Final = 1_000
"""Pages of comments of one ticket, so that a cursor that goes in circles ends."""

T = TypeVar("T")


@define
class ZendeskSource:
    """An ImportSource over one account.

    A cursor of tickets is Zendesk's own of the page, and how many tickets of it are done: `24:MTU3…`.
    """

    api: ZendeskApi
    since: datetime | None = None
    _page: tuple[str, dict[str, Any]] | None = field(default=None, init=False)
    _companies: dict[int, str] | None = field(default=None, init=False)

    async def page(self, kind: Kind, cursor: str) -> SourcePage:
        """As ImportSource has it."""
        return await self._pages[kind](self, cursor)

    async def close(self) -> None:
        """Nothing is held that has to be let go."""

    async def _teams(self, cursor: str) -> SourcePage:
        told, after = await self._listed("/api/v2/groups.json", cursor)
        groups, problems = _structured(told, "groups", zendesk.Group, Kind.TEAMS)
        teams = tuple(translate.team(one) for one in groups if not one.deleted)
        return SourcePage(teams, after, last=not after, problems=problems)

    async def _users(self, cursor: str) -> SourcePage:
        told, after = await self._listed("/api/v2/users.json", cursor, {"role[]": "agent"})
        people, problems = _structured(told, "users", zendesk.User, Kind.USERS)
        staff = tuple(translate.user(one) for one in people if one.role in translate.STAFF)
        return SourcePage(staff, after, last=not after, problems=problems)

    async def _customers(self, cursor: str) -> SourcePage:
        told, after, last = await self._exported("users", cursor)
        people, problems = _structured(told, "users", zendesk.User, Kind.CUSTOMERS)
        companies = await self._names("/api/v2/organizations.json", "organizations", zendesk.Organization)
        customers = tuple(
            translate.customer(one, companies) for one in people if one.role not in translate.STAFF
        )
        return SourcePage(customers, after, last, problems=problems)

    async def _fields(self, cursor: str) -> SourcePage:
        told, after = await self._listed("/api/v2/ticket_fields.json", cursor)
        fields, problems = _structured(told, "ticket_fields", zendesk.TicketField, Kind.FIELDS)
        own = tuple(translate.field(one) for one in fields if one.removable)
        return SourcePage(own, after, last=not after, problems=problems)

    async def _macros(self, cursor: str) -> SourcePage:
        told, after = await self._listed("/api/v2/macros.json", cursor)
        macros, problems = _structured(told, "macros", zendesk.Macro, Kind.MACROS)
        active = tuple(translate.macro(one) for one in macros if one.active)
        return SourcePage(active, after, last=not after, problems=problems)

    async def _articles(self, cursor: str) -> SourcePage:
        told, after = await self._listed("/api/v2/help_center/articles.json", cursor)
        articles, problems = _structured(told, "articles", zendesk.Article, Kind.ARTICLES)
        sections = (
            await self._names("/api/v2/help_center/sections.json", "sections", zendesk.Section)
            if articles
            else {}
        )
        every = tuple(translate.article(one, sections) for one in articles)
        return SourcePage(every, after, last=not after, problems=problems)

    async def _tickets(self, cursor: str) -> SourcePage:
        done, _, mark = cursor.partition(":") if cursor else ("0", "", "")
        start = int(done)
        told, after, ended = await self._exported("tickets", mark)
        rows = told.get("tickets")
        rows = rows if isinstance(rows, list) else []
        now = rows[start : start + AT_ONCE]
        tickets, problems = _structured({"tickets": now}, "tickets", zendesk.Ticket, Kind.TICKETS)
        comments = await self._comments_of([one for one in tickets if one.status != "deleted"])
        brought: list[Brought] = []
        wrong = list(problems)
        for one in tickets:
            try:
                brought.append(translate.ticket(one, comments.get(one.id)))
            except ValueError as error:
                wrong.append(Problem(Kind.TICKETS.value, str(one.id), str(error)))
        if start + AT_ONCE < len(rows):
            return SourcePage(tuple(brought), f"{start + AT_ONCE}:{mark}", last=False, problems=tuple(wrong))
        return SourcePage(tuple(brought), f"0:{after}", ended, problems=tuple(wrong))

    async def _exported(self, what: str, cursor: str) -> tuple[dict[str, Any], str, bool]:
        """A page of an incremental export, where the next one begins, and whether it is the last."""
        start = str(int(self.since.timestamp())) if self.since is not None else "0"
        params = {"cursor": cursor} if cursor else {"start_time": start}
        key = f"{what} {params}"
        if self._page is None or self._page[0] != key:
            told = await self.api.get(f"/api/v2/incremental/{what}/cursor.json", params)
            if told is None:
                raise TryLater("Zendesk's export is not there.")
            self._page = (key, told)
        told = self._page[1]
        after = told.get("after_cursor")
        after = after if isinstance(after, str) else ""
        ended = told.get("end_of_stream") is True or after in ("", cursor)
        return told, after or cursor, ended

    async def _listed(
        self, path: str, cursor: str, params: Mapping[str, str] | None = None
    ) -> tuple[dict[str, Any], str]:
        """A page of a list, and where the next one begins; '' where there is none. `links` are not looked at: they are
        there on the last page, too.
        """
        asked = {"page[size]": PAGE, **(params or {}), **({"page[after]": cursor} if cursor else {})}
        told = await self.api.get(path, asked) or {}
        meta = structured(told.get("meta") or {}, zendesk.Meta)
        after = meta.after_cursor or ""
        return told, after if meta.has_more and after != cursor else ""

    async def _names(
        self, path: str, member: str, cls: type[zendesk.Organization] | type[zendesk.Section]
    ) -> Mapping[int, str]:
        """The names of all things of one kind, by their ids."""
        if cls is zendesk.Organization and self._companies is not None:
            return self._companies
        names: dict[int, str] = {}
        cursor = ""
        for _ in range(MOST_PAGES):
            told, cursor = await self._listed(path, cursor)
            found, _problems = _structured(told, member, cls, Kind.CUSTOMERS)
            names |= {one.id: one.name for one in found}
            if not cursor:
                break
        if cls is zendesk.Organization:
            self._companies = names
        return names

    async def _comments_of(
        self, tickets: Sequence[zendesk.Ticket]
    ) -> Mapping[int, Sequence[zendesk.Comment]]:
        """The comments of each; of tickets whose comments are gone, none. The first error stops them all."""
        found: dict[int, Sequence[zendesk.Comment]] = {}
        waiting = [ticket.id for ticket in reversed(tickets)]

        async def fetch() -> None:
            while waiting:
                ticket_id = waiting.pop()
                comments = await self._comments(ticket_id)
                if comments is not None:
                    found[ticket_id] = comments

        try:
            async with anyio.create_task_group() as calls:
                for _ in range(min(CALLS, len(tickets))):
                    calls.start_soon(fetch)
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several
        return found

    async def _comments(self, ticket_id: int) -> Sequence[zendesk.Comment] | None:
        comments: list[zendesk.Comment] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            params = {"page[size]": PAGE, **({"page[after]": cursor} if cursor else {})}
            told = await self.api.get(f"/api/v2/tickets/{ticket_id}/comments.json", params)
            if told is None:
                return comments or None
            found, _problems = _structured(told, "comments", zendesk.Comment, Kind.TICKETS)
            comments += found
            meta = structured(told.get("meta") or {}, zendesk.Meta)
            if not meta.has_more or meta.after_cursor in (None, cursor):
                return comments
            cursor = meta.after_cursor or ""
        return comments

    _pages: Mapping[Kind, Callable[["ZendeskSource", str], Awaitable[SourcePage]]] = {
        Kind.TEAMS: _teams,
        Kind.USERS: _users,
        Kind.CUSTOMERS: _customers,
        Kind.FIELDS: _fields,
        Kind.MACROS: _macros,
        Kind.ARTICLES: _articles,
        Kind.TICKETS: _tickets,
    }


def _structured(
    told: Mapping[str, Any], member: str, cls: type[T], kind: Kind
) -> tuple[list[T], tuple[Problem, ...]]:
    """Those that can be read, and what is wrong with the others."""
    rows = told.get(member)
    found: list[T] = []
    problems: list[Problem] = []
    for row in rows if isinstance(rows, list) else []:
        try:
            found.append(structured(row, cls))
        except UnreadableDelivery as error:
            name = str(row.get("id", "")) if isinstance(row, dict) else ""
            problems.append(Problem(kind.value, name, str(error)))
    return found, tuple(problems)
