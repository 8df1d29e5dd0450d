"""Pages of what is few: read whole, sorted here."""

from collections.abc import Iterable
from typing import Any, TypeVar

from helpdesk_core.paging import Page, Slice, cut

T = TypeVar("T")


def page_of_few(things: Iterable[T], page: Page) -> Slice[T]:
    """The page of these things, which have an `id` and the field that is sorted by."""

    def place(thing: Any) -> tuple[Any, Any]:
        return getattr(thing, page.column), thing.id

    ordered = sorted(things, key=place, reverse=page.descending)
    if page.after is not None:
        after = page.after.place
        ordered = [one for one in ordered if (place(one) < after if page.descending else place(one) > after)]
    return cut(ordered[: page.limit + 1], page)
