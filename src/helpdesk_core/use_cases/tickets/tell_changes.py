"""What has changed about a ticket, as the event log tells it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.figures import moves
from helpdesk_core.tickets import Ticket

TOLD = (
    "subject",
    "customer_id",
    "status",
    "priority",
    "assignee_id",
    "team_id",
    "tags",
    "custom_fields",
    "metadata",
    "language",
    "snoozed_until",
    "followers",
)
"""Properties whose change is an event; what messages move by themselves is told by the messages' events."""


SHOWN = ("customer_id", "status", "priority", "assignee_id", "team_id", "tags", "language", "snoozed_until")
"""Properties whose values the event holds, as JSON. Others may hold a person's words, which the log must not keep."""


def changes_told(before: Ticket, after: Ticket, occasion: Occasion) -> Sequence[DomainEvent]:
    """The event that names what is different, or none."""
    changed = [name for name in TOLD if getattr(before, name) != getattr(after, name)]
    if not changed:
        return ()
    data: dict[str, object] = {"changed": changed}
    if "status" in changed:
        data["status"] = after.status.value
    shown = [name for name in SHOWN if name in changed]
    if shown:
        data["before"] = {name: _shown(getattr(before, name)) for name in shown}
        data["after"] = {name: _shown(getattr(after, name)) for name in shown}
    data |= moves(before, after)
    return (occasion.event(after.organization_id, "ticket.updated", after.id, data),)


def _shown(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case tuple():
            return list(value)
        case UUID():
            return str(value)
        case _:
            return value
