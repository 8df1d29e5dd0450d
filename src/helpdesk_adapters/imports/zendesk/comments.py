"""What was said on Zendesk's tickets: each ticket's comments have to be fetched alone, so several are at once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import anyio
from attrs import define, field

from helpdesk_adapters.imports.zendesk import payloads as zendesk
from helpdesk_adapters.imports.zendesk.client import ZendeskApi
from helpdesk_adapters.imports.zendesk.reading import PAGE, readable
from helpdesk_adapters.web.vendor_json import structured
from helpdesk_core.imports.brought import Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.imports.soundness import MOST_MESSAGES
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import CredentialsRefused, SourceGone

CALLS: Final = 8
"""Tickets whose comments are fetched side by side."""


@define
class Said:
    """The comments of some tickets, as far as they were got: `stopped` is what kept us from the others."""

    comments: dict[int, Sequence[zendesk.Comment] | None] = field(factory=dict)
    """By the ticket's id; None: there are none, or they are gone."""
    problems: dict[int, Sequence[Problem]] = field(factory=dict)
    stopped: Exception | None = None


async def comments_of(api: ZendeskApi, ticket_ids: Sequence[int]) -> Said:
    """The comments of each of these tickets, or of the first ones of them.

    Where a call fails, those that are on their way are still awaited: where only so many calls are allowed in a
    minute, none is wasted.
    """
    said = Said()
    waiting = list(dict.fromkeys(reversed(ticket_ids)))

    async def fetch() -> None:
        while waiting and said.stopped is None:
            ticket_id = waiting.pop()
            try:
                await _fetch(api, ticket_id, said)
            except (CredentialsRefused, SourceGone, TryLater) as stopped:
                said.stopped = stopped

    async with anyio.create_task_group() as calls:
        for _ in range(min(CALLS, len(waiting))):
            calls.start_soon(fetch)
    return said


async def _fetch(api: ZendeskApi, ticket_id: int, said: Said) -> None:
    comments: list[zendesk.Comment] = []
    problems: list[Problem] = []
    seen = {""}
    cursor = ""
    while True:
        params = [("page[size]", PAGE), *([("page[after]", cursor)] if cursor else [])]
        told = await api.get(f"/api/v2/tickets/{ticket_id}/comments.json", params)
        if told is None:
            break
        rows: Any = told.get("comments")
        found, wrong = readable(rows if isinstance(rows, list) else [], zendesk.Comment, Kind.TICKETS)
        comments += found
        problems += wrong
        meta = told.get("meta")
        following = structured(meta if isinstance(meta, dict) else {}, zendesk.Meta)
        cursor = following.after_cursor or ""
        if not following.has_more or len(comments) > MOST_MESSAGES:  # such a ticket is refused, and says why
            break
        if cursor in seen:
            told_why = "Its pages of comments go in circles: what comes behind them is missing."
            problems.append(Problem(Kind.TICKETS.value, str(ticket_id), told_why))
            break
        seen.add(cursor)
    said.comments[ticket_id] = comments or None
    if problems:
        said.problems[ticket_id] = problems


def fetched(ticket_ids: Sequence[int], said: Mapping[int, object]) -> int:
    """How many of the first of these tickets are there without a gap."""
    return next((place for place, one in enumerate(ticket_ids) if one not in said), len(ticket_ids))
