"""Lists, one page or all of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from attrs import frozen

T = TypeVar("T")


@frozen
class Page(Generic[T]):
    """One page of a list; `next_cursor` is None on the last one."""

    data: Sequence[T]
    next_cursor: str | None


@frozen
class Pages(Generic[T]):
    """A list: `async for` walks all of it and asks for the next page when it gets there, `page` fetches one."""

    _fetch: Callable[[str | None], Awaitable[Page[T]]]

    async def page(self, cursor: str | None = None) -> Page[T]:
        """The first page, or the one that `next_cursor` of another leads to."""
        return await self._fetch(cursor)

    async def __aiter__(self) -> AsyncIterator[T]:
        page = await self._fetch(None)
        while True:
            for item in page.data:
                yield item
            if page.next_cursor is None:
                return
            page = await self._fetch(page.next_cursor)
