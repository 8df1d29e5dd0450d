"""The list of all tickets, in the order in which they changed, page by page, whatever happens to it meanwhile."""

from datetime import datetime, timedelta
from typing import Any, Final

from attrs import define, evolve, field, frozen

from helpdesk_adapters.imports.freshdesk.client import BeyondTheWall, FreshdeskApi
from helpdesk_adapters.imports.freshdesk.directory import BEGINNING, PAGE, Directory
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import Problem

WALL: Final = 300
"""The last page of a list that Freshdesk gives."""
CHANGED: Final = "changed"


@frozen
class Place:
    """Where an import stands: in which list, since when, at which page, and how many of its rows are done.

    As a text: `changed 2026-01-21T00:00:00Z 3 25 2026-01-22T08:00:00Z`. `newest` is the latest time of a change that
    was seen; it is from where another import goes on.
    """

    which: str = CHANGED
    since: str = BEGINNING
    page: int = 1
    done: int = 0
    newest: str = BEGINNING

    @property
    def cursor(self) -> str:
        return f"{self.which} {self.since} {self.page} {self.done} {self.newest}"


def place_of(cursor: str, since: datetime | None) -> Place:
    """The place that the text tells of; without one the beginning."""
    if not cursor:
        at = f"{since:%Y-%m-%dT%H:%M:%SZ}" if since is not None else BEGINNING
        return Place(since=at, newest=at)
    which, told, page, done, newest = cursor.split(" ")
    return Place(which, told, int(page), int(done), newest)


@frozen
class Listed:
    """A page of the list: `late` are rows that belonged before it, and had not been seen there."""

    rows: list[Any]
    more: bool
    late: list[Any] = field(factory=list)
    beyond: bool = False
    """There is no such page: Freshdesk gives no more of this list."""


@define
class TicketList:
    """Tickets change while they are listed, and a changed one goes to the end of the list: all behind it move up, some
    onto the page before. So that page is looked at again.
    """

    api: FreshdeskApi
    directory: Directory
    _kept: tuple[str, Listed] | None = field(default=None, init=False)

    async def at(self, place: Place) -> Listed:
        """The page at this place. Raises as `FreshdeskApi.rows`, but for BeyondTheWall."""
        key = f"{place.since} {place.page}"
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, await self._read(place))
        return self._kept[1]

    def taken(self, place: Place) -> None:
        """Remembers that the page at this place was brought."""
        if self._kept is not None:
            rows = (*self._kept[1].late, *self._kept[1].rows)
            self.directory.seen = (self._kept[0], frozenset(_id(row) for row in rows))

    async def _read(self, place: Place) -> Listed:
        try:
            rows, more = await self._rows(place)
        except BeyondTheWall:
            return Listed([], more=False, beyond=True)
        page, ids = self.directory.seen
        if place.page == 1 or page != f"{place.since} {place.page - 1}":
            return Listed(rows, more)
        before, _ = await self._rows(evolve(place, page=place.page - 1))
        here = {_id(row) for row in rows}
        return Listed(rows, more, [row for row in before if _id(row) not in ids | here])

    async def _rows(self, place: Place) -> tuple[list[Any], bool]:
        params = {
            "updated_since": place.since,
            "order_by": "updated_at",
            "order_type": "asc",
            "page": str(place.page),
            "per_page": str(PAGE),
        }
        return await self.api.rows("/tickets", params)


def following(place: Place, listed: Listed) -> tuple[Place | None, tuple[Problem, ...]]:
    """Where to go on behind this whole page, and what cannot be had. None: this was the last.

    At the wall the list begins again at the last time that it has reached.
    """
    here = evolve(place, done=0, newest=max([place.newest, *_times(listed.rows)]))
    if listed.more and place.page < WALL:
        return evolve(here, page=place.page + 1), ()
    if not (listed.more or listed.beyond):
        return None, ()
    if here.newest > place.since:
        return evolve(here, since=here.newest, page=1), ()
    told = f"More tickets have changed at {place.since} than Freshdesk gives; the rest of them is left out."
    after = _second_after(place.since)
    problems = (Problem(Kind.TICKETS.value, place.since, told),)
    return (evolve(here, since=after, newest=after, page=1) if after else None), problems


def newest_of(place: Place, listed: Listed) -> str:
    """The latest change that was seen up to the end of this page."""
    return max([place.newest, *_times(listed.rows)])


def _times(rows: list[Any]) -> list[str]:
    found = (row.get("updated_at") for row in rows if isinstance(row, dict))
    moments = (moment(one) for one in found if isinstance(one, str))
    return [f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in moments if one is not None]


def _second_after(since: str) -> str | None:
    at = moment(since)
    return f"{at + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}" if at is not None else None


def _id(row: Any) -> int:
    found = row.get("id") if isinstance(row, dict) else None
    return found if isinstance(found, int) else 0
