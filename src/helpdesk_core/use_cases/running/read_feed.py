"""The event log as others read it: in order, without gaps, from wherever they have come."""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View
from helpdesk_core.webhook_endpoints import matches

AT_ONCE = 200
MOST_SCANNED = 2000
"""Events that one page looks at; where few of them are wanted the page ends there and the next goes on."""


@frozen
class FeedPage:
    """Events, and the place up to which the log has been read for them; `more`: it goes on behind."""

    events: Sequence[DomainEvent]
    place: int
    more: bool


async def read_feed(
    organization_id: OrganizationId, after: int, patterns: Sequence[str], limit: int, view: View
) -> FeedPage:
    """The events behind `after` whose types match a pattern (none given: all), up to `limit`.

    InvalidValue for a place that the log has not reached: whoever was there has seen another log than this one.
    """
    found: list[DomainEvent] = []
    place, scanned = after, 0
    while True:
        batch = min(AT_ONCE, limit - len(found)) if not patterns else AT_ONCE
        run = await view.log.since(organization_id, place, batch)
        if place > run.last:
            raise InvalidValue("after", f"is beyond the end of the log, which is at {run.last}")
        for event in run.events:
            place = event.seq
            scanned += 1
            if not patterns or matches(patterns, event.type):
                found.append(event)
                if len(found) == limit:
                    return FeedPage(found, place, place < run.last)
        if place >= run.last or not run.events:
            return FeedPage(found, place, more=False)
        if scanned >= MOST_SCANNED:
            return FeedPage(found, place, more=True)
