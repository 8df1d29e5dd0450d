"""What has changed about a ticket, as the event log tells it."""

from collections.abc import Sequence

from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.tickets import Ticket

TOLD = (
    "subject",
    "status",
    "priority",
    "assignee_id",
    "team_id",
    "tags",
    "custom_fields",
    "metadata",
    "language",
)
"""Properties whose change is an event; what messages move by themselves is told by the messages' events."""


def changes_told(before: Ticket, after: Ticket, occasion: Occasion) -> Sequence[DomainEvent]:
    """The event that names what is different, or none."""
    changed = [name for name in TOLD if getattr(before, name) != getattr(after, name)]
    if not changed:
        return ()
    data: dict[str, object] = {"changed": changed}
    if "status" in changed:
        data["status"] = after.status.value
    return (occasion.event(after.organization_id, "ticket.updated", after.id, data),)
