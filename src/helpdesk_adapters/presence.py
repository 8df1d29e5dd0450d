"""Who is writing and who is looking just now: told from ear to ear within this process, kept nowhere.

Typing is worth nothing a few seconds later. It is not written to the store, so on a desk of several processes it
reaches those who listen to the same one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, field

from helpdesk_core.ids import OrganizationId, TicketId, UserId
from helpdesk_core.presence import Colleague

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


LOOKING_LASTS = timedelta(seconds=25)
"""A page that is looked at says so every ten seconds; two of these may get lost."""


@define
class Colleagues:
    """Which agents look at which ticket. `wake` is called for the organization when that changes."""

    wake: Callable[[OrganizationId], None]
    _there: dict[TicketId, dict[UserId, tuple[datetime, Colleague]]] = field(factory=dict)

    def tell(
        self, organization_id: OrganizationId, ticket_id: TicketId, colleague: Colleague, now: datetime
    ) -> None:
        """Somebody is there, or still there."""
        before = self.at(ticket_id, now)
        self._there.setdefault(ticket_id, {})[colleague.id] = (now + LOOKING_LASTS, colleague)
        while len(self._there) > MOST:
            del self._there[next(iter(self._there))]
        if self.at(ticket_id, now) != before:
            self.wake(organization_id)

    def leave(self, organization_id: OrganizationId, ticket_id: TicketId, user_id: UserId) -> None:
        """Somebody has closed the page."""
        there = self._there.get(ticket_id, {})
        if there.pop(user_id, None) is not None:
            self.wake(organization_id)
        if not there:
            self._there.pop(ticket_id, None)

    def at(self, ticket_id: TicketId | None, now: datetime) -> tuple[Colleague, ...]:
        """Who is there, by name."""
        there = self._there.get(ticket_id, {}) if ticket_id is not None else {}
        present = [colleague for until, colleague in there.values() if now < until]
        return tuple(sorted(present, key=lambda one: (one.name.casefold(), one.id)))
