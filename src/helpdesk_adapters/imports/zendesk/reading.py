"""Zendesk's two ways of telling much: lists by pages, and exports by cursors; and the names that they refer to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from attrs import define, field, frozen

from helpdesk_adapters.imports.zendesk import payloads as zendesk
from helpdesk_adapters.imports.zendesk.client import Params, ZendeskApi
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import AccessDenied
from helpdesk_core.webhooks import UnreadableDelivery

PAGE: Final = "100"
MOST_NAMES: Final = 10_000
"""Names of companies that are kept at hand: some megabyte."""
AT_ONCE: Final = 100
"""Ids that `show_many` takes in one call."""

T = TypeVar("T")


@frozen
class Told:
    """A page as it came, and where the next one begins; the `last` one of an export says where a later one does."""

    body: Mapping[str, Any]
    cursor: str
    last: bool

    def rows(self, member: str) -> Sequence[Any]:
        found = self.body.get(member)
        return found if isinstance(found, list) else []


@define
class Reading:
    """Goes through an account page by page. Of an export it keeps the last page, which is taken in pieces."""

    api: ZendeskApi
    since: datetime | None = None
    _seen: set[tuple[str, str]] = field(factory=set, init=False)
    """Where it has been, so that cursors that go in circles end."""
    _kept: tuple[tuple[str, str], Told] | None = field(default=None, init=False)

    async def listed(self, path: str, cursor: str, params: Params = ()) -> Told | None:
        """A page of a list; None where there is no such list.

        Its `links` are not looked at: they are there on the last page, too.
        """
        asked = [("page[size]", PAGE), *params, *([("page[after]", cursor)] if cursor else [])]
        told = await self.api.get(path, asked)
        if told is None:
            return None
        meta = told.get("meta")
        found = structured(meta if isinstance(meta, dict) else {}, zendesk.Meta)
        if not found.has_more:
            return Told(told, "", last=True)
        return Told(told, self._following(path, cursor, found.after_cursor), last=False)

    async def all_of(
        self, path: str, member: str, params: Params = (), most: int = MOST_NAMES
    ) -> Sequence[Any]:
        """The rows of a short list, up to `most`; none where there is no such list, or where we may not see it."""
        rows: list[Any] = []
        cursor = ""
        self._seen = {one for one in self._seen if one[0] != path}
        while len(rows) < most:
            try:
                told = await self.listed(path, cursor, params)
            except AccessDenied:
                break
            rows += told.rows(member) if told is not None else []
            if told is None or told.last:
                break
            cursor = told.cursor
        return rows[:most]

    async def exported(self, what: str, cursor: str) -> Told:
        """A page of an incremental export."""
        key = (what, cursor)
        if self._kept is not None and self._kept[0] == key:
            return self._kept[1]
        self._kept = None  # two of them need not be in memory
        start = str(int(self.since.timestamp())) if self.since is not None else "0"
        params = [("cursor", cursor)] if cursor else [("start_time", start)]
        body = await self.api.get(f"/api/v2/incremental/{what}/cursor.json", params)
        if body is None:
            raise TryLater("Zendesk's export is not there.")
        after = body.get("after_cursor")
        if body.get("end_of_stream") is True:
            told = Told(body, after if isinstance(after, str) and after else cursor, last=True)
        else:
            told = Told(body, self._following(what, cursor, after), last=False)
        self._kept = (key, told)
        return told

    def _following(self, where: str, cursor: str, after: object) -> str:
        if not isinstance(after, str) or not after:
            raise TryLater(f"Zendesk says that there is more of {where}, and not where.")
        self._seen.add((where, cursor))
        if (where, after) in self._seen:
            raise TryLater(f"Zendesk's pages of {where} go in circles.")
        return after


@define
class Companies:
    """Names of organizations by their ids, a bounded number of them. What is not at hand is asked for."""

    reading: Reading
    _names: dict[int, str] = field(factory=dict, init=False)
    _listed: bool = field(default=False, init=False)

    async def names(self, ids: Iterable[int | None]) -> Mapping[int, str]:
        """Those of these organizations; one that is gone has none."""
        wanted = {one for one in ids if one is not None}
        if wanted and not self._listed:
            self._keep(await self.reading.all_of("/api/v2/organizations.json", "organizations"))
            self._listed = True
        found = {one: self._names[one] for one in wanted if one in self._names}
        missing = sorted(wanted - found.keys())
        if len(self._names) < MOST_NAMES:  # the list was whole: these are no more
            return found
        for start in range(0, len(missing), AT_ONCE):
            some = ",".join(map(str, missing[start : start + AT_ONCE]))
            path = "/api/v2/organizations/show_many.json"
            told = await self.reading.api.get(path, [("ids", some)]) or {}
            found |= self._keep(Told(told, "", last=True).rows("organizations"))
        return found

    def _keep(self, rows: Sequence[Any]) -> Mapping[int, str]:
        organizations, _problems = readable(rows, zendesk.Organization, Kind.CUSTOMERS)
        names = {one.id: one.name for one in organizations}
        for oldest in list(self._names)[: max(0, len(self._names) + len(names) - MOST_NAMES)]:
            del self._names[oldest]
        self._names |= names
        return names


def readable(rows: Sequence[Any], cls: type[T], kind: Kind) -> tuple[list[T], tuple[Problem, ...]]:
    """Those that can be read, and what is wrong with the others."""
    found: list[T] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            found.append(structured(row, cls))
        except UnreadableDelivery as error:
            name = str(row.get("id", ""))[:100] if isinstance(row, dict) else ""
            problems.append(Problem(kind.value, name, str(error)))
    return found, tuple(problems)
