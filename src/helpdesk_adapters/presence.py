"""Who is writing just now: told from ear to ear within this process, kept nowhere.

Typing is worth nothing a few seconds later. It is not written to the store, so on a desk of several processes it
reaches those who listen to the same one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, field

from helpdesk_core.ids import OrganizationId, TicketId

TYPING_LASTS = timedelta(seconds=6)
MOST = 10_000
"""Tickets that somebody writes on; the oldest are forgotten first."""


@define
class Presence:
    """Who writes on which ticket. `wake` is called for the organization when that changes."""

    wake: Callable[[OrganizationId], None]
    _writing: dict[tuple[TicketId, str], datetime] = field(factory=dict)

    def tell(
        self, organization_id: OrganizationId, ticket_id: TicketId, role: str, typing: bool, now: datetime
    ) -> None:
        """Somebody of this role (`agent`, `customer`) begins or stops to write."""
        self._writing.pop((ticket_id, role), None)
        if typing:
            self._writing[ticket_id, role] = now + TYPING_LASTS
            while len(self._writing) > MOST:
                del self._writing[next(iter(self._writing))]
        self.wake(organization_id)

    def is_typing(self, ticket_id: TicketId | None, role: str, now: datetime) -> bool:
        until = None if ticket_id is None else self._writing.get((ticket_id, role))
        return until is not None and now < until
