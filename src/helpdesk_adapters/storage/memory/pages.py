"""Pages out of memory: lists kept in order, and slices of them."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from helpdesk_adapters.storage.memory.tables import K, Sorted, Table, V
from helpdesk_core.errors import InvalidValue
from helpdesk_core.paging import Page, Slice, cut

Row = TypeVar("Row")


def sorted_by(
    kind: type[V], columns: Sequence[str], group: Callable[[V], Hashable | None]
) -> Mapping[str, Sorted[Any, V]]:
    """One list a column of rows of this kind, with their ids to break ties."""
    return {column: Sorted(group, partial(_place_in, column)) for column in columns}


def page_of(
    lists: Mapping[str, Sorted[K, V]],
    group: Hashable,
    table: Table[K, V],
    page: Page,
    keep: Callable[[V], bool] = lambda row: True,
) -> Slice[V]:
    """The page of those rows of the group that `keep` says yes to: O(log n), and the rows passed by."""
    rows = lists.get(page.column)
    if rows is None:
        raise _unsortable(page, lists)
    after = None if page.after is None else _place(page.after.value, page.after.id)
    keys = rows.descending(group, after) if page.descending else rows.ascending(group, after)
    kept = (row for row in (table[key] for key in keys) if keep(row))
    return cut(list(islice(kept, page.limit + 1)), page)


def page_out_of(rows: Iterable[Row], columns: Iterable[str], page: Page) -> Slice[Row]:
    """The page of few rows in any order. O(n log n)."""
    if page.column not in columns:
        raise _unsortable(page, columns)
    placed = [(_place_in(page.column, row), row) for row in rows]
    if page.after is not None:
        after = _place(page.after.value, page.after.id)
        placed = [
            (place, row) for place, row in placed if (place < after if page.descending else place > after)
        ]
    placed.sort(key=lambda pair: pair[0], reverse=page.descending)
    return cut([row for _, row in placed[: page.limit + 1]], page)


def _place_in(column: str, row: Any) -> tuple[Any, ...]:
    return _place(getattr(row, column), row.id)


def _place(value: Any, id: UUID) -> tuple[Any, ...]:
    return (value is not None, value, id)  # what has no value comes before everything


def _unsortable(page: Page, columns: Iterable[str]) -> InvalidValue:
    return InvalidValue("sort", f"is by {page.column!r}, but can be by {', '.join(columns)}")
