"""How a user wants to be told of things, and whether they take tickets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import Factory, frozen

from helpdesk_core.ids import OrganizationId, UserId
from helpdesk_core.notifications import NotificationKind, Way

DEFAULT_WAYS: Final[Mapping[NotificationKind, Way]] = {
    NotificationKind.NEW_TICKET: Way.PAGE,
    NotificationKind.ASSIGNED: Way.MAIL,
    NotificationKind.ANSWERED: Way.MAIL,
    NotificationKind.MENTIONED: Way.MAIL,
}


@frozen
class UserSettings:
    """What a user has set for themselves.

    `turn` tells when they were last handed a ticket by the desk: the larger, the later. Whoever has waited longest has
    the smallest.
    """

    user_id: UserId
    organization_id: OrganizationId
    available: bool = True
    away_until: datetime | None = None
    ways: Mapping[NotificationKind, Way] = Factory(dict)
    """Where they want it otherwise than DEFAULT_WAYS."""
    turn: int = 0

    def way(self, kind: NotificationKind) -> Way:
        return self.ways.get(kind, DEFAULT_WAYS[kind])

    def takes_tickets(self, now: datetime) -> bool:
        """Whether the desk may hand them a ticket just now."""
        return self.available and (self.away_until is None or self.away_until <= now)
