"""Pages of long lists: where one ends the next begins, however deep, while rows are being added."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from attrs import evolve, field, frozen
from attrs.validators import ge, le

T = TypeVar("T")

MAX_LIMIT = 100


@frozen
class Position:
    """The place just behind a row: its value in the sort column, and its id to break ties."""

    value: datetime | int | str
    id: UUID

    @property
    def place(self) -> tuple[datetime | int | str, UUID]:
        """To be compared with the places of rows."""
        return self.value, self.id


@frozen
class Page:
    """Which rows are wanted: `limit` of them behind `after`, by `sort` (a column, with `-` before it: descending)."""

    limit: int = field(default=25, validator=[ge(1), le(MAX_LIMIT)])
    sort: str = "-created_at"
    after: Position | None = None

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")


@frozen
class Slice(Generic[T]):
    """One page of a list, and where the next begins; None: there is no more."""

    items: Sequence[T]
    next: Position | None = None


def cut(rows: Sequence[T], page: Page) -> Slice[T]:
    """The page from up to `limit + 1` rows in order: the one too many only tells that there is more."""
    items = rows[: page.limit]
    if len(rows) <= page.limit:
        return Slice(items)
    last = items[-1]
    return Slice(items, Position(getattr(last, page.column), last.id))  # type: ignore[attr-defined]


async def pages(read: Callable[[Page], Awaitable[Slice[T]]], first: Page) -> AsyncIterator[Sequence[T]]:
    """The rows of a list page after page, from `first` to its end. Whoever begins to walk it walks it to the end."""
    page: Page | None = first
    while page is not None:
        found = await read(page)
        yield found.items
        page = evolve(page, after=found.next) if found.next is not None else None
