"""What an account is asked for again and again while it is imported: short lists that other things refer to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

from attrs import Factory, define, field

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.imports.freshdesk import translate
from helpdesk_adapters.imports.freshdesk.client import BeyondTheWall, FreshdeskApi
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import Brought, BroughtRating, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.ports.imports import AccessDenied
from helpdesk_core.webhooks import UnreadableDelivery

PAGE: Final = 100
BEGINNING: Final = "1970-01-01T00:00:00Z"

T = TypeVar("T")


@define
class Gathered(Generic[T]):
    """A list as far as it was read, without what cannot be read."""

    found: list[T] = Factory(list)
    page: int = 1
    done: bool = False
    denied: str | None = None
    """Why the account, or its key, does not have the list."""
    last: list[Any] = Factory(list)
    """The rows of the page that was read last: a list that gives them again has come to its end."""


@define
class Directory:
    """The lists of one account. What was read stays when Freshdesk makes us wait, so that long lists come to an end."""

    lists: dict[str, Gathered[Any]] = field(factory=dict, init=False)
    seen: tuple[str, frozenset[int]] = field(default=("", frozenset()), init=False)
    """Which page of tickets was taken last, and which tickets stood there."""

    async def company_names(self, api: FreshdeskApi) -> Gathered[tuple[int, str]]:
        return await self.gathered(api, "/companies", _company)

    async def ratings(self, api: FreshdeskApi) -> Gathered[tuple[int, BroughtRating]]:
        """By ticket, the last one last."""
        path = "/surveys/satisfaction_ratings"
        return await self.gathered(api, path, _rating, {"created_since": BEGINNING})

    async def ticket_fields(self, api: FreshdeskApi) -> Gathered[freshdesk.TicketField]:
        return await self.gathered(
            api, "/ticket_fields", lambda row: structured(row, freshdesk.TicketField), paged=False
        )

    async def gathered(
        self,
        api: FreshdeskApi,
        path: str,
        read: Callable[[Any], T | None],
        params: Mapping[str, str] | None = None,
        *,
        paged: bool = True,
    ) -> Gathered[T]:
        """The whole list, each row read; None counts as no row. Raises as `FreshdeskApi.rows`, but for AccessDenied."""
        told: Gathered[T] = self.lists.setdefault(path, Gathered())
        while not told.done:
            paging = {"page": str(told.page), "per_page": str(PAGE)} if paged else {}
            rows: list[Any] = []
            more = False
            try:
                rows, more = await api.rows(path, {**(params or {}), **paging})
            except AccessDenied as denied:
                told.denied = str(denied)
            except BeyondTheWall:
                pass  # what was read of the list is all there is to be had
            told.done = not (more and paged) or rows == told.last
            if rows != told.last:
                told.found += [found for row in rows if (found := _readable(row, read)) is not None]
            told.page, told.last = told.page + 1, [] if told.done else rows
        return told


def _company(row: Any) -> tuple[int, str]:
    told = structured(row, freshdesk.Company)
    return told.id, told.name


def _rating(row: Any) -> tuple[int, BroughtRating] | None:
    told = structured(row, freshdesk.Rating)
    found = translate.rating(told)
    return None if found is None else (told.ticket_id, found)


def _readable(row: Any, read: Callable[[Any], T | None]) -> T | None:
    try:
        return read(row)
    except UnreadableDelivery:
        return None


def each(
    rows: Sequence[Any], kind: Kind, become: Callable[[Any], Brought]
) -> tuple[tuple[Brought, ...], tuple[Problem, ...]]:
    """What those rows are that can be read, and what is wrong with the others."""
    found: list[Brought] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            found.append(become(row))
        except (UnreadableDelivery, ValueError) as error:
            name = str(row.get("id", "")) if isinstance(row, dict) else ""
            problems.append(Problem(kind.value, name, str(error)))
    return tuple(found), tuple(problems)


def denied(kind: Kind, what: str, why: str | None) -> tuple[Problem, ...]:
    """That the account, or its key, does not have a list."""
    return (Problem(kind.value, what, why),) if why is not None else ()
