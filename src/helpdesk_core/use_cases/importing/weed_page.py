"""A page that cannot be kept as a whole: what in it the store refuses is found, and the rest is kept."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.imports.brought import Brought, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.jobs import TryLater, short_error
from helpdesk_core.ports.imports import SourcePage
from helpdesk_core.ports.store import Store, Work

Try = Callable[[Sequence[Brought], Work], Awaitable[object]]
"""Keeps these things, in a unit that is undone in any case."""

PASSING: Final = (StoreUnavailable, TryLater, TimeoutError, ConnectionError)
"""What says nothing of the things themselves."""


class _Undone(Exception):
    """It would have gone well."""


@frozen
class WeedPage:
    """Finds what the store refuses, by halves: a page with one such thing costs a few tries, each undone.

    Nothing of it is kept meanwhile, so that the page still is one unit, and a run that is killed has counted nothing.
    """

    store: Store

    async def __call__(self, page: SourcePage, kind: Kind, attempt: Try) -> SourcePage:
        """The page without what cannot be kept, which is told among its problems."""
        bad = await self._bad(page.things, attempt)
        problems = [Problem(kind, one.id, told) for one, told in bad]
        refused = {id(one) for one, _ in bad}
        things = tuple(thing for thing in page.things if id(thing) not in refused)
        return evolve(page, things=things, problems=(*page.problems, *problems))

    async def _bad(self, things: Sequence[Brought], attempt: Try) -> list[tuple[Brought, str]]:
        if not things:
            return []
        error = await self._error(things, attempt)
        if error is None:
            return []
        if len(things) == 1:
            return [(things[0], short_error(error))]
        middle = len(things) // 2
        found = [
            *(await self._bad(things[:middle], attempt)),
            *(await self._bad(things[middle:], attempt)),
        ]
        # Each half is well by itself, and both together are not: they are at odds, and the last word gives way.
        return found or [(things[-1], short_error(error)), *(await self._bad(things[:-1], attempt))]

    async def _error(self, things: Sequence[Brought], attempt: Try) -> Exception | None:
        async def unit(work: Work) -> None:
            await attempt(things, work)
            raise _Undone

        try:
            await self.store.transact(unit)
        except _Undone:
            return None
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it is told of the thing that brought it
            return error
        return None
