"""Tickets with all that was said on them: one call or more for each."""

from collections.abc import Sequence
from typing import Any, Final

import anyio
from attrs import Factory, define, frozen

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.imports.freshdesk import translate_tickets
from helpdesk_adapters.imports.freshdesk.client import BeyondTheWall, FreshdeskApi
from helpdesk_adapters.imports.freshdesk.directory import PAGE
from helpdesk_adapters.imports.freshdesk.translate_tickets import Known
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import BroughtTicket, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.imports import AccessDenied, MustWait
from helpdesk_core.webhooks import UnreadableDelivery

CALLS: Final = 4
"""At the same time."""
INCLUDED: Final = 10
"""Messages that come with a ticket; of one with so many there may be more."""
MOST_PAGES: Final = 300
AGAIN: Final = (0.2, 1.0)
"""Seconds after which a ticket that Freshdesk fails to give is asked for again."""


@frozen
class Whole:
    """The first `taken` of some rows: what they are, and what is wrong with the others of them."""

    tickets: tuple[BroughtTicket, ...] = ()
    problems: tuple[Problem, ...] = ()
    taken: int = 0


@define
class _Fetching:
    """The outcome of each row, as far as it is there; `trouble` is what stands in the way of the rest."""

    found: dict[int, BroughtTicket | Problem] = Factory(dict)
    failed: dict[int, Exception] = Factory(dict)
    trouble: Exception | None = None


async def whole(api: FreshdeskApi, rows: Sequence[Any], known: Known) -> Whole:
    """These rows of a list as whole tickets, in their order.

    Where Freshdesk makes us wait, those that were there before, if any were; else that is raised. A ticket that it
    fails to give again and again, while it gives others, is a problem of its own.
    """
    state = _Fetching()
    waiting = list(reversed(list(enumerate(rows))))

    async def fetch() -> None:
        while waiting and state.trouble is None:
            place, row = waiting.pop()
            try:
                state.found[place] = await _outcome(api, row, known)
            except (MustWait, *_FATAL) as trouble:
                state.trouble = trouble
            except (TryLater, AccessDenied, GiveUp) as error:
                state.failed[place] = error

    async with anyio.create_task_group() as calls:
        for _ in range(min(CALLS, len(rows))):
            calls.start_soon(fetch)
    return _settled(state, rows)
