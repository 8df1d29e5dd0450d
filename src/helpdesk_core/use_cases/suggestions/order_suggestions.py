"""For each new ticket the desk makes a suggestion by itself."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import NewId
from helpdesk_core.jobs import JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import Channel
from helpdesk_core.users import DESK

SUGGESTED: Final = frozenset({Channel.WIDGET.value, Channel.CONTACT_FORM.value, Channel.EMAIL.value})
"""Channels whose new tickets get one."""
STILL_NEWS: Final = timedelta(days=1)
"""A ticket that was opened longer ago gets none by itself: a desk that comes to read an old log makes none for all it
finds there."""


@frozen
class OrderSuggestions:
    """A follower of the log: each new ticket of some channels leads to a job. History (quiet events) does not."""

    clock: Clock
    new_id: NewId

    async def __call__(self, events: Sequence[DomainEvent], work: Work) -> None:
        now = self.clock()
        for event in events:
            if _is_wanted(event) and now - event.occurred_at <= STILL_NEWS:
                occasion = Occasion(now, self.new_id, DESK, cause=str(event.id))
                payload = {"ticket_id": str(event.subject_id)}
                await work.jobs.add(occasion.job(event.organization_id, JobKind.SUGGEST_REPLIES, payload))


def _is_wanted(event: DomainEvent) -> bool:
    return event.type == "ticket.created" and not event.quiet and event.data.get("channel") in SUGGESTED
