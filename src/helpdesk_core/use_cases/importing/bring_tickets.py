"""Tickets are brought with everything that was said on them, as they stood, at the times at which it happened."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment, AttachmentState
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import CustomerId, RatingId, TeamId, TicketId, UserId
from helpdesk_core.imports.brought import BroughtTicket, Kind, Speaker
from helpdesk_core.imports.progress import Problem, Tally
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import Channel, Priority, Status, Ticket, with_status
from helpdesk_core.use_cases.importing.bring_customers import former_customers
from helpdesk_core.use_cases.importing.bring_messages import (
    Minutes,
    Speakers,
    counted,
    external_id_of,
    minutes_of,
)
from helpdesk_core.use_cases.importing.errand import Errand, Taken, changed, newest_each
from helpdesk_core.use_cases.tickets.begin_ticket import created as ticket_told
from helpdesk_core.use_cases.tickets.keep_message import message_told

NO_SUBJECT = "(no subject)"
DELETED = "deleted_there"
"""The tag of a ticket that was deleted at its source after it had been brought."""


@frozen
class People:
    """Who those are here whom tickets name."""

    speakers: Speakers
    customers: Mapping[str, CustomerId]
    users: Mapping[str, UserId]
    teams: Mapping[str, TeamId]
    fields: Mapping[str, str]
    """Keys of custom fields, by the fields' ids there."""
    addresses: Mapping[str, str]
    """E-mail addresses of customers, by their ids there."""


async def bring_tickets(things: Sequence[BroughtTicket], errand: Errand) -> Taken:
    """The step: each ticket once, with the messages and files that are not here yet.

    Nothing is sent, no clock runs and no rule follows. A ticket that was deleted there before it was brought is passed
    over; one that is deleted later is closed here, and keeps its messages.
    """
    once = newest_each(things)
    known = await errand.known(Kind.TICKETS, (thing.id for thing in once))
    new, other = changed(once, known)
    new = [thing for thing in new if not thing.deleted]
    people = await _people([*new, *other], errand)
    problems = await _add(new, people, errand)
    for thing in other:
        problems += await _update(thing, TicketId(known[thing.id].our_id), people, errand)
    await errand.note(Kind.TICKETS, [(thing, known[thing.id].our_id) for thing in other])
    skipped = len(things) - len(new) - len(other)
    return Taken(Tally(created=len(new), updated=len(other), skipped=skipped), tuple(problems))


async def _people(things: Sequence[BroughtTicket], errand: Errand) -> People:
    speaking = [one for thing in things for one in thing.messages if one.speaker_id is not None]
    following = [one for thing in things for one in thing.followers]
    working = [*(thing.assignee_id for thing in things), *following]
    working += [one.speaker_id for one in speaking if one.speaker is not Speaker.CUSTOMER]
    users = {one: UserId(found.our_id) for one, found in (await errand.known(Kind.USERS, working)).items()}
    named = [thing.customer_id or f"of-ticket-{thing.id}" for thing in things]
    named += [one.speaker_id or "" for one in speaking if one.speaker is Speaker.CUSTOMER]
    perhaps = [one.speaker_id or "" for one in speaking if one.speaker is Speaker.UNKNOWN]
    asked = [*named, *(one for one in (*perhaps, *following) if one not in users)]
    customers = {
        one: CustomerId(found.our_id) for one, found in (await errand.known(Kind.CUSTOMERS, asked)).items()
    }
    missing = [one for one in dict.fromkeys(named) if one and one not in customers]
    if missing:
        customers |= await former_customers(missing, errand)
    teams = await errand.known(Kind.TEAMS, (thing.team_id for thing in things))
    ours = await errand.work.customers.many(
        errand.organization_id, list(dict.fromkeys(customers.values()))
    )
    return People(
        speakers=await _speakers(customers, users, ours, errand),
        customers=customers,
        users=users,
        teams={one: TeamId(found.our_id) for one, found in teams.items()},
        fields=await _field_keys(things, errand),
        addresses={one: ours[our].email or "" for one, our in customers.items() if our in ours},
    )


async def _speakers(
    customers: Mapping[str, CustomerId],
    users: Mapping[str, UserId],
    known: Mapping[CustomerId, Customer],
    errand: Errand,
) -> Speakers:
    working = await errand.work.users.of(errand.organization_id) if users else ()
    names: dict[UUID, str] = {one.id: one.name or one.email or "" for one in known.values()}
    return Speakers(customers, users, {**names, **{one.id: one.name for one in working}})


async def _field_keys(things: Sequence[BroughtTicket], errand: Errand) -> Mapping[str, str]:
    named = {field for thing in things for field in thing.fields}
    mapped = errand.import_.translation.fields
    known = await errand.known(Kind.FIELDS, named - mapped.keys())
    keys = {one: one for one in named - mapped.keys() - known.keys()}
    for external_id, reference in known.items():
        field = await errand.work.custom_fields.get(errand.organization_id, reference.our_id)
        if field is not None:
            keys[external_id] = field.name
    return {**keys, **{one: key for one, key in mapped.items() if one in named}}


async def _add(things: Sequence[BroughtTicket], people: People, errand: Errand) -> list[Problem]:
    if not things:
        return []
    work, problems = errand.work, list[Problem]()
    first = await work.tickets.next_numbers(errand.organization_id, len(things))
    tickets: list[Ticket] = []
    every = Minutes()
    told: list[DomainEvent] = []
    for place, thing in enumerate(things):
        bare, wrong = _ticket(thing, TicketId(errand.occasion.new_id()), first + place, people, errand)
        minutes = minutes_of(thing, thing.messages, bare, people.speakers, errand)
        ticket = counted(bare, minutes.conversations)
        then = evolve(errand.occasion, occurred_at=ticket.created_at)
        told.append(ticket_told(ticket, then))
        told += [
            message_told(one, ticket, ticket, evolve(errand.occasion, occurred_at=one.created_at))
            for one in minutes.conversations
        ]
        tickets.append(ticket)
        every = every.with_those_of(minutes)
        problems += [*wrong, *minutes.problems]
    await work.tickets.add_all(tickets)
    await _keep(every, errand)
    taking_part = [(ticket.id, ticket.customer_id) for ticket in tickets]
    named = [(one.ticket_id, one.mail.message_id) for one in every.conversations if one.mail.message_id]
    for thing, ticket in zip(things, tickets, strict=True):
        named += [(ticket.id, one) for one in thing.message_ids]
        taking_part += [(ticket.id, one) for one in _copied(thing, people)]
    await work.threads.remember_all(errand.organization_id, named, [*taking_part, *every.taking_part])
    for thing, ticket in zip(things, tickets, strict=True):
        await _rate(thing, ticket, errand)
    await work.log.append(*told)
    await errand.note(
        Kind.TICKETS, [(thing, ticket.id) for thing, ticket in zip(things, tickets, strict=True)]
    )
    return problems


async def _rate(thing: BroughtTicket, ticket: Ticket, errand: Errand) -> None:
    if thing.rating is None or thing.rating.score not in {one.value for one in Score}:
        return
    at = thing.rating.created_at or ticket.updated_at
    rating = SatisfactionRating(
        id=RatingId(errand.occasion.new_id()),
        organization_id=errand.organization_id,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        assignee_id=ticket.assignee_id,
        score=Score(thing.rating.score),
        comment=thing.rating.comment,
        created_at=at,
        updated_at=at,
    )
    await errand.work.ratings.add(rating)


async def _update(thing: BroughtTicket, ticket_id: TicketId, people: People, errand: Errand) -> list[Problem]:
    """What has changed there since it was brought; what somebody here has done to it stays, but for its status."""
    ticket = await errand.work.tickets.get(errand.organization_id, ticket_id)
    if ticket is None or ticket.merged_into_id is not None:
        return []
    if thing.deleted:
        closed = with_status(ticket, Status.CLOSED, errand.occasion.at)
        gone = evolve(closed, tags=tuple(dict.fromkeys((*ticket.tags, DELETED))))
        await errand.work.tickets.replace(gone)
        return []
    after, problems = _ticket(thing, ticket.id, ticket.number, people, errand)
    names = {external_id_of(thing, one, errand): one for one in thing.messages}
    there = await errand.work.conversations.by_external_ids(
        errand.organization_id, Channel.IMPORT, list(names)
    )
    unheard = [one for name, one in names.items() if name not in there]
    minutes = minutes_of(thing, unheard, after, people.speakers, errand)
    moved = evolve(
        ticket,
        subject=after.subject,
        subject_key=after.subject_key,
        status=after.status,
        priority=after.priority,
        assignee_id=after.assignee_id or ticket.assignee_id,
        team_id=after.team_id or ticket.team_id,
        tags=tuple(dict.fromkeys((*ticket.tags, *after.tags))),
        custom_fields={**ticket.custom_fields, **after.custom_fields},
        followers=tuple(dict.fromkeys((*ticket.followers, *after.followers))),
        updated_at=max(ticket.updated_at, after.updated_at),
        resolved_at=after.resolved_at,
        closed_at=after.closed_at,
        version=ticket.version + 1,
    )
    await errand.work.tickets.replace(counted(moved, minutes.conversations))
    await _keep(minutes, errand)
    named = [(ticket.id, one.mail.message_id) for one in minutes.conversations if one.mail.message_id]
    copied = [(ticket.id, one) for one in _copied(thing, people)]
    await errand.work.threads.remember_all(errand.organization_id, named, [*copied, *minutes.taking_part])
    if thing.rating is not None and await errand.work.ratings.of_ticket(ticket.organization_id, ticket.id) is None:
        await _rate(thing, moved, errand)
    return [*problems, *minutes.problems]


async def _keep(minutes: Minutes, errand: Errand) -> None:
    await errand.work.conversations.add_all(minutes.conversations)
    await errand.work.attachments.add_all(minutes.attachments)
    for file in minutes.attachments:
        if file.state is AttachmentState.PENDING:
            await errand.work.jobs.add(_fetching(file, errand))


def _fetching(file: Attachment, errand: Errand) -> Job:
    payload = {"attachment_id": str(file.id)}
    return errand.occasion.job(errand.organization_id, JobKind.FETCH_FILE, payload)


def _ticket(
    thing: BroughtTicket, ticket_id: TicketId, number: int, people: People, errand: Errand
) -> tuple[Ticket, list[Problem]]:
    """The ticket without its messages, and what of it could not be said in our words."""
    import_, problems = errand.import_, list[Problem]()
    status = import_.translation.status(thing.status)
    tags = list(thing.tags)
    if status is None:
        problems.append(
            Problem(Kind.TICKETS, thing.id, f"No status is set for {thing.status!r}: it is open.")
        )
        tags.append(f"status:{thing.status}"[:100])
    priority = import_.translation.priority(thing.priority)
    if priority is None:
        told = f"No priority is set for {thing.priority!r}: it is normal."
        problems.append(Problem(Kind.TICKETS, thing.id, told))
    status = status or Status.OPEN
    done = status in (Status.RESOLVED, Status.CLOSED)
    subject = " ".join(thing.subject.split()) or NO_SUBJECT
    origin: dict[str, Any] = {"source": import_.source, "account": import_.account, "id": thing.id}
    ticket = Ticket(
        id=ticket_id,
        organization_id=errand.organization_id,
        number=number,
        subject=subject,
        channel=Channel.IMPORT,
        customer_id=people.customers[thing.customer_id or f"of-ticket-{thing.id}"],
        created_at=thing.created_at,
        updated_at=max(thing.updated_at, thing.created_at),
        status=status,
        priority=priority or Priority.NORMAL,
        assignee_id=people.users.get(thing.assignee_id or ""),
        team_id=people.teams.get(thing.team_id or ""),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag.strip())),
        custom_fields=_fields(thing, people),
        followers=_followers(thing, people),
        metadata={**thing.metadata, "imported": {**origin, "number": thing.number, "channel": thing.channel}},
        language=thing.language,
        resolved_at=(thing.resolved_at or thing.updated_at) if done else None,
        closed_at=(thing.closed_at or thing.updated_at) if status is Status.CLOSED else None,
        subject_key=subject_key(subject),
    )
    return ticket, problems


def _copied(thing: BroughtTicket, people: People) -> list[CustomerId]:
    """The customers among those who follow it: what they write belongs to it."""
    return list(dict.fromkeys(people.customers[one] for one in thing.followers if one in people.customers))


def _followers(thing: BroughtTicket, people: People) -> tuple[str, ...]:
    """Those who follow it: users by their ids, customers by their addresses; who has none of the two hears nothing."""
    users = [str(people.users[one]) for one in thing.followers if one in people.users]
    addresses = [people.addresses.get(one, "") for one in thing.followers if one != thing.customer_id]
    return tuple(dict.fromkeys(one for one in (*users, *addresses) if one))


def _fields(thing: BroughtTicket, people: People) -> dict[str, Any]:
    keyed = ((people.fields.get(one, ""), value) for one, value in thing.fields.items())
    return {key: value for key, value in keyed if key and value is not None and value != ""}
