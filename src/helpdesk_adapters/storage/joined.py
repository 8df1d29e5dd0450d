"""Units of work that join one which is open already."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from helpdesk_core.ports.store import Store, View, Work

T = TypeVar("T")

_open: ContextVar[Work | None] = ContextVar("_open", default=None)


class JoiningStore:
    """The store as everybody is given it.

    Inside `joined(work)` a unit does not open a transaction of its own but becomes part of the open one, and takes
    effect with it. So whole verbs can be made one change with something else, an answer that is kept for instance.
    A unit that fails in there has to fail the whole: what it wrote is not taken back by itself.
    """

    def __init__(self, store: Store) -> None:
        self.inner = store

    async def transact(self, unit: Callable[[Work], Awaitable[T]]) -> T:
        work = _open.get()
        return await (self.inner.transact(unit) if work is None else unit(work))

    async def together(self, unit: Callable[[Work], Awaitable[T]]) -> T:
        """As `transact`; every unit that is run meanwhile becomes part of this one. It may be run again."""

        async def whole(work: Work) -> T:
            with joined(work):
                return await unit(work)

        return await self.transact(whole)

    async def read(self, unit: Callable[[View], Awaitable[T]]) -> T:
        work = _open.get()
        return await (self.inner.read(unit) if work is None else unit(work))


@contextmanager
def joined(work: Work) -> Iterator[None]:
    """Units of a JoiningStore belong to `work` until the end of the block."""
    before = _open.set(work)
    try:
        yield
    finally:
        _open.reset(before)
