"""Tickets with all that was said on them: one call or more for each."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import anyio
from attrs import Factory, define, evolve, frozen

from helpdesk_adapters.imports.freshdesk import payloads as freshdesk
from helpdesk_adapters.imports.freshdesk import translate_tickets
from helpdesk_adapters.imports.freshdesk.client import BeyondTheWall, FreshdeskApi
from helpdesk_adapters.imports.freshdesk.directory import PAGE
from helpdesk_adapters.imports.freshdesk.translate_tickets import Known
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import BroughtTicket, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.imports import AccessDenied, CredentialsRefused, MustWait, SourceGone
from helpdesk_core.webhooks import UnreadableDelivery

CALLS: Final = 4
"""At the same time."""
INCLUDED: Final = 10
"""Messages that come with a ticket; of one with so many there may be more."""
MOST_PAGES: Final = 300
AGAIN: Final = (0.2, 1.0)
"""Seconds after which a ticket that Freshdesk fails to give is asked for again."""

T = TypeVar("T")


@frozen
class Whole:
    """The first `taken` of some rows: what they are, and what is wrong with the others of them. `remarks` tell what is
    missing of those that are there.
    """

    tickets: tuple[BroughtTicket, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    taken: int = 0


@define
class _Fetching:
    """The outcome of each row, as far as it is there; `trouble` is what stands in the way of the rest."""

    found: dict[int, BroughtTicket | Problem] = Factory(dict)
    remarks: dict[int, list[Problem]] = Factory(dict)
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
                remarks = state.remarks[place] = []
                state.found[place] = await _outcome(api, row, known, remarks)
            except (AccessDenied, NotGiven, GiveUp) as error:
                state.failed[place] = error
            except (MustWait, CredentialsRefused, SourceGone) as trouble:
                state.trouble = trouble

    async with anyio.create_task_group() as calls:
        for _ in range(min(CALLS, len(rows))):
            calls.start_soon(fetch)
    if state.failed and state.trouble is None:
        await _alive(api, next(iter(state.failed.values())))
    return _settled(state, rows)


def _settled(state: _Fetching, rows: Sequence[Any]) -> Whole:
    """What there is from the beginning on, up to the first row that is not there yet."""
    tickets: list[BroughtTicket] = []
    problems: list[Problem] = []
    for place, row in enumerate(rows):
        outcome = state.found.get(place) or _problem(row, state.failed.get(place))
        if outcome is None:
            break
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            tickets.append(outcome)
    taken = len(tickets) + len(problems)
    if state.trouble is not None and taken == 0:
        raise state.trouble
    remarks = [one for place in range(taken) for one in state.remarks.get(place, ())]
    return Whole(tuple(tickets), tuple(problems), tuple(remarks), taken)


async def _alive(api: FreshdeskApi, error: Exception) -> None:
    """Raises the error where it is not the ticket but Freshdesk that is not well."""
    try:
        await api.get("/agents/me")
    except TryLater:
        if isinstance(error, NotGiven):
            raise error.why from error
        raise


async def _outcome(
    api: FreshdeskApi, row: Any, known: Known, remarks: list[Problem]
) -> BroughtTicket | Problem:
    try:
        listed = structured(row, freshdesk.Ticket)
        told = await _again(api, f"/tickets/{listed.id}", {"include": "conversations,stats"})
        if told is None:
            return translate_tickets.gone(listed)  # it was deleted since it was listed
        ticket = structured(told, freshdesk.Ticket)
        if listed.requester_id is not None:  # whom the list names: a ticket alone may name who replaced them
            ticket = evolve(ticket, requester_id=listed.requester_id)
        return translate_tickets.ticket(ticket, await _messages(api, ticket, remarks), known)
    except (UnreadableDelivery, ValueError) as error:
        return Problem(Kind.TICKETS.value, _name(row), str(error))


async def _messages(
    api: FreshdeskApi, ticket: freshdesk.Ticket, remarks: list[Problem]
) -> Sequence[freshdesk.Conversation]:
    """Those that came with it, if these are all; else page by page. What cannot be read is told in `remarks`."""
    if ticket.conversations is not None and len(ticket.conversations) < INCLUDED:
        return ticket.conversations
    messages: dict[int, freshdesk.Conversation] = {}
    for page in range(1, MOST_PAGES + 1):
        rows, more = await _again_rows(api, f"/tickets/{ticket.id}/conversations", page)
        told = [_conversation(row, ticket.id) for row in rows]
        remarks += [one for one in told if isinstance(one, Problem)]
        new = [one for one in told if not isinstance(one, Problem) and one.id not in messages]
        messages |= {one.id: one for one in new}
        if not more or not new:
            break
    return list(messages.values())


def _conversation(row: Any, ticket_id: int) -> freshdesk.Conversation | Problem:
    try:
        return structured(row, freshdesk.Conversation)
    except UnreadableDelivery as error:
        return Problem(Kind.TICKETS.value, str(ticket_id), f"Its message {_name(row)} is left out: {error}")


class NotGiven(Exception):
    """Freshdesk failed to give a ticket, however often it was asked."""

    def __init__(self, why: TryLater) -> None:
        super().__init__(f"Freshdesk failed to give it: {why}")
        self.why = why


async def _again(api: FreshdeskApi, path: str, params: Mapping[str, str]) -> Any:
    return await _asked(lambda: api.get(path, params))


async def _again_rows(api: FreshdeskApi, path: str, page: int) -> tuple[list[Any], bool]:
    async def ask() -> tuple[list[Any], bool]:
        try:
            return await api.rows(path, {"page": str(page), "per_page": str(PAGE)})
        except BeyondTheWall:
            return [], False

    return await _asked(ask)


async def _asked(ask: Callable[[], Awaitable[T]]) -> T:
    for pause in AGAIN:
        try:
            return await ask()
        except MustWait:
            raise
        except TryLater:
            await anyio.sleep(pause)
    try:
        return await ask()
    except MustWait:
        raise
    except TryLater as later:
        raise NotGiven(later) from later


def _problem(row: Any, error: Exception | None) -> Problem | None:
    return None if error is None else Problem(Kind.TICKETS.value, _name(row), str(error))


def _name(row: Any) -> str:
    return str(row.get("id", "")) if isinstance(row, dict) else ""
