"""Tickets."""

from datetime import datetime
from typing import Any

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.tickets import Channel, Priority, Status, Ticket

# Looking a member up takes a fifth of the time of `Status(value)`, and a page has 75 of them.
STATUS = {status.value: status for status in Status}
PRIORITY = {priority.value: priority for priority in Priority}
CHANNEL = {channel.value: channel for channel in Channel}

SELDOM = (
    "split_from_id",
    "snoozed_until",
    "sla_policy_id",
    "first_response_due_at",
    "resolution_due_at",
    "sla_breached_at",
)
"""What most tickets do not have."""

TICKET = (
    "id",
    "organization_id",
    "number",
    "subject",
    "channel",
    "customer_id",
    "created_at",
    "updated_at",
    "status",
    "priority",
    "assignee_id",
    "team_id",
    "tags",
    "custom_fields",
    "meta",
    "language",
    "message_count",
    "last_message_at",
    "first_response_at",
    "resolved_at",
    "closed_at",
    "merged_into_id",
    "follows_id",
    "subject_key",
    "kept_apart",
    "version",
    *SELDOM,
    "followers",
    "sla_breaches",
    "sla_pauses",
)


def to_ticket(row: Row) -> Ticket:
    (
        id,
        organization_id,
        number,
        subject,
        channel,
        customer_id,
        created_at,
        updated_at,
        status,
        priority,
        assignee_id,
        team_id,
        tags,
        custom_fields,
        meta,
        language,
        message_count,
        last_message_at,
        first_response_at,
        resolved_at,
        closed_at,
        merged_into_id,
        follows_id,
        subject_key,
        kept_apart,
        version,
        *seldom,
    ) = row
    return Ticket(
        id=id,
        organization_id=organization_id,
        number=number,
        subject=subject,
        channel=CHANNEL[channel],
        customer_id=customer_id,
        created_at=created_at,
        updated_at=updated_at,
        status=STATUS[status],
        priority=PRIORITY[priority],
        assignee_id=assignee_id,
        team_id=team_id,
        tags=tuple(tags),
        custom_fields=custom_fields,
        metadata=meta,
        language=language,
        message_count=message_count,
        last_message_at=last_message_at,
        first_response_at=first_response_at,
        resolved_at=resolved_at,
        closed_at=closed_at,
        merged_into_id=merged_into_id,
        follows_id=follows_id,
        subject_key=subject_key,
        kept_apart=kept_apart,
        version=version,
        **_rarities(seldom),
    )


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "organization_id": ticket.organization_id,
        "number": ticket.number,
        "subject": ticket.subject,
        "channel": ticket.channel.value,
        "customer_id": ticket.customer_id,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "assignee_id": ticket.assignee_id,
        "team_id": ticket.team_id,
        "tags": ticket.tags,
        "custom_fields": ticket.custom_fields,
        "meta": ticket.metadata,
        "language": ticket.language,
        "message_count": ticket.message_count,
        "last_message_at": ticket.last_message_at,
        "first_response_at": ticket.first_response_at,
        "resolved_at": ticket.resolved_at,
        "closed_at": ticket.closed_at,
        "merged_into_id": ticket.merged_into_id,
        "follows_id": ticket.follows_id,
        "subject_key": ticket.subject_key,
        "kept_apart": ticket.kept_apart,
        "split_from_id": ticket.split_from_id,
        "snoozed_until": ticket.snoozed_until,
        "sla_policy_id": ticket.sla_policy_id,
        "first_response_due_at": ticket.first_response_due_at,
        "resolution_due_at": ticket.resolution_due_at,
        "sla_breached_at": ticket.sla_breached_at,
        "sla_breaches": ticket.sla_breaches or None,
        "sla_pauses": [[_text(at) for at in pause] for pause in ticket.sla_pauses] or None,
        "followers": ticket.followers,
        "version": ticket.version,
    }


def _rarities(seldom: list[Any]) -> dict[str, Any]:
    *single, followers, breaches, pauses = seldom
    found = dict(zip(SELDOM, single, strict=True))
    found["followers"] = tuple(followers)
    if breaches:
        found["sla_breaches"] = tuple(breaches)
    if pauses:
        found["sla_pauses"] = _to_pauses(pauses)
    return found


def _to_pauses(pauses: list[list[str | None]]) -> tuple[tuple[datetime, datetime | None], ...]:
    return tuple(
        (datetime.fromisoformat(begins), datetime.fromisoformat(ends) if ends else None)
        for begins, ends in pauses
        if begins
    )


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
