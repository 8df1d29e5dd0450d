"""Saved views: lists of tickets that people come back to."""

from datetime import datetime
from typing import ClassVar

from attrs import frozen

from helpdesk_core.arrangements import Arrangement
from helpdesk_core.ids import CustomerId, TeamId, UserId
from helpdesk_core.tickets import Channel, Priority, Status

MOST_COUNTED = 1000
"""So many tickets of a view are counted; of more it is only said that there are."""


@frozen
class ViewFilter:
    """Which tickets are shown; what is not given does not matter. The members are all to hold."""

    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    channel: tuple[Channel, ...] = ()
    assignee_id: UserId | None = None
    unassigned: bool = False
    team_id: TeamId | None = None
    customer_id: CustomerId | None = None
    tag: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    snoozed: bool | None = None
    sla_breached: bool | None = None
    q: str | None = None


@frozen(kw_only=True)
class SavedView(Arrangement):
    """A filter and an order under a name."""

    kind: ClassVar[str] = "saved_view"

    description: str = ""
    filter: ViewFilter = ViewFilter()
    sort: str = "-created_at"
    position: int = 0
    user_id: UserId | None = None
    """Whose it is; None: everybody's."""


@frozen
class Count:
    """How many tickets a view shows; where it is `capped` there are more than `count`."""

    count: int
    capped: bool

    @property
    def text(self) -> str:
        """For display: `17`, or `1,000+`."""
        return f"{self.count:,}+" if self.capped else f"{self.count:,}"


def counted(found: int) -> Count:
    """What is said of `found` tickets, of which MOST_COUNTED + 1 were looked for at the most."""
    return Count(min(found, MOST_COUNTED), found > MOST_COUNTED)
