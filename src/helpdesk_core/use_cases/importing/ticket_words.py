"""A brought ticket in our words, and what of it follows the source while nobody here has touched it."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from helpdesk_core.ids import TicketId
from helpdesk_core.imports.brought import BroughtTicket, Kind
from helpdesk_core.imports.progress import Problem
from helpdesk_core.imports.references import Reference, follows
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import DONE, Channel, Priority, Status, Ticket
from helpdesk_core.use_cases.importing.errand import Errand
from helpdesk_core.use_cases.importing.ticket_people import People

NO_SUBJECT: Final = "(no subject)"
DELETED: Final = "deleted_there"
"""The tag of a ticket that was deleted at its source after it had been brought."""
LONGEST_TAG: Final = 100
FOLLOWING: Final = (
    "subject",
    "status",
    "priority",
    "assignee_id",
    "team_id",
    "tags",
    "language",
    "followers",
)
"""What follows the source, each until somebody here changes it; and so does every custom field for itself."""


def ticket_of(
    thing: BroughtTicket, ticket_id: TicketId, number: int, people: People, errand: Errand
) -> tuple[Ticket, list[Problem]]:
    """The ticket without its messages, and what of it could not be said in our words."""
    import_, problems = errand.import_, list[Problem]()
    status = import_.translation.status(thing.status)
    tags = list(thing.tags)
    if status is None:
        told = f"No status is set for {thing.status!r}: it is open."
        problems.append(Problem(Kind.TICKETS, thing.id, told))
        tags.append(f"status:{thing.status}")
    priority = import_.translation.priority(thing.priority)
    if priority is None:
        told = f"No priority is set for {thing.priority!r}: it is normal."
        problems.append(Problem(Kind.TICKETS, thing.id, told))
    status = status or Status.OPEN
    subject = " ".join(thing.subject.split()) or NO_SUBJECT
    updated_at = max(thing.updated_at, thing.created_at)
    origin: dict[str, Any] = {"source": import_.source, "account": import_.account, "id": thing.id}
    ticket = Ticket(
        id=ticket_id,
        organization_id=errand.organization_id,
        number=number,
        subject=subject,
        channel=Channel.IMPORT,
        customer_id=people.customer_of(thing),
        created_at=thing.created_at,
        updated_at=updated_at,
        status=status,
        priority=priority or Priority.NORMAL,
        assignee_id=people.users.get(thing.assignee_id or ""),
        team_id=people.teams.get(thing.team_id or ""),
        tags=tuple(dict.fromkeys(tag[:LONGEST_TAG] for tag in tags if tag.strip())),
        custom_fields=_fields(thing, people),
        followers=people.followers(thing),
        metadata={**thing.metadata, "imported": {**origin, "number": thing.number, "channel": thing.channel}},
        language=thing.language,
        resolved_at=(thing.resolved_at or updated_at) if status in DONE else None,
        closed_at=(thing.closed_at or updated_at) if status is Status.CLOSED else None,
        subject_key=subject_key(subject),
    )
    return ticket, problems


def made_of(ticket: Ticket) -> Mapping[str, Any]:
    """What an import has made of the fields that follow the source."""
    told = {name: _plain(ticket, name) for name in FOLLOWING}
    return told | {f"custom_fields.{key}": value for key, value in ticket.custom_fields.items()}


def followed(here: Ticket, told: Ticket, reference: Reference) -> Ticket:
    """The ticket as it stands here, with what the source tells now wherever nobody here has changed it since."""
    following = {name for name in FOLLOWING if follows(reference, name, _plain(here, name))}
    changes = {name: getattr(told, name) for name in following - {"status"}}
    if "subject" in following:
        changes["subject_key"] = told.subject_key
    keys = {*here.custom_fields, *told.custom_fields}
    free = {key for key in keys if follows(reference, f"custom_fields.{key}", here.custom_fields.get(key))}
    fields = {key: value for key, value in here.custom_fields.items() if key not in free}
    fields |= {key: value for key, value in told.custom_fields.items() if key in free}
    after = evolve(here, **changes, custom_fields=fields, updated_at=max(here.updated_at, told.updated_at))
    if "status" not in following:
        return after
    return evolve(
        after,
        status=told.status,
        resolved_at=told.resolved_at,
        closed_at=told.closed_at,
        snoozed_until=None if told.status in DONE else after.snoozed_until,
    )


def as_deleted(here: Ticket, thing: BroughtTicket) -> Ticket:
    """What the source would tell of a ticket that it has deleted: closed, and tagged as such. Its words stay."""
    at = max(thing.updated_at, here.created_at)
    return evolve(
        here,
        status=Status.CLOSED,
        resolved_at=here.resolved_at or at,
        closed_at=here.closed_at or at,
        tags=tuple(dict.fromkeys((*here.tags, DELETED))),
        updated_at=max(at, here.updated_at),
    )


def _plain(ticket: Ticket, name: str) -> Any:
    value = getattr(ticket, name)
    return sorted(value) if isinstance(value, tuple) else value


def _fields(thing: BroughtTicket, people: People) -> dict[str, Any]:
    keyed = ((people.fields.get(one, ""), value) for one, value in thing.fields.items())
    return {key: value for key, value in keyed if key and value is not None and value != ""}
