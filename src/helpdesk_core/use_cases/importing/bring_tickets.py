"""Tickets are brought with everything that was said on them, as they stood, at the times at which it happened."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from helpdesk_core.attachments import AttachmentState
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.figures import moves
from helpdesk_core.ids import RatingId, TicketId
from helpdesk_core.imports.brought import BroughtTicket, Kind
from helpdesk_core.imports.history import history, more_history, since
from helpdesk_core.imports.progress import Problem, Tally
from helpdesk_core.imports.references import Reference
from helpdesk_core.jobs import JobKind
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.tickets import Channel, Ticket, merged_into, with_messages_of
from helpdesk_core.use_cases.importing.bring_messages import (
    Minutes,
    counted,
    external_id_of,
    made_notes,
    minutes_of,
    with_known_mails,
)
from helpdesk_core.use_cases.importing.errand import Errand, Taken, newest_each
from helpdesk_core.use_cases.importing.merging import merge_brought
from helpdesk_core.use_cases.importing.ticket_people import People, asking, people_of
from helpdesk_core.use_cases.importing.ticket_words import as_deleted, followed, made_of, ticket_of
from helpdesk_core.use_cases.tickets.begin_ticket import created
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket

SCORES = {one.value for one in Score}


async def bring_tickets(things: Sequence[BroughtTicket], errand: Errand) -> Taken:
    """The step: each ticket once, with the messages and files that are not here yet.

    Nothing is sent, no clock runs and no rule follows. A ticket that was deleted there before it was brought is passed
    over; one that is deleted later is closed here, and keeps its messages. One that was deleted here is not brought
    again, nor is anything of somebody who was erased. What was changed here stays as it is, see `ticket_words`.
    """
    once = newest_each(things)
    known = await errand.known(Kind.TICKETS, (thing.id for thing in once))
    new, other = errand.changed(once, known)
    new = await _of_the_living([thing for thing in new if not thing.deleted], errand)
    people = await people_of([*new, *other], errand)
    problems = await _add(new, people, errand)
    updated = 0
    for thing in other:
        told = await _update(thing, known[thing.id], people, errand)
        updated += told is not None
        problems += told or ()
    wanted = {thing.id: thing.merged_into for thing in (*new, *other) if _merges(thing, known)}
    problems += await merge_brought(
        Kind.TICKETS,
        {one: into for one, into in wanted.items() if into is not None},
        [thing.id for thing in new],
        errand,
        _merge,
    )
    skipped = len(things) - len(new) - updated
    return Taken(Tally(created=len(new), updated=updated, skipped=skipped), tuple(problems))


async def _of_the_living(things: Sequence[BroughtTicket], errand: Errand) -> list[BroughtTicket]:
    """Those that are not of somebody who was erased here."""
    known = await errand.known(Kind.CUSTOMERS, [asking(thing) for thing in things])
    return [thing for thing in things if asking(thing) not in known or not known[asking(thing)].erased]


async def _add(things: Sequence[BroughtTicket], people: People, errand: Errand) -> list[Problem]:
    if not things:
        return []
    work, problems = errand.work, list[Problem]()
    first = await work.tickets.next_numbers(errand.organization_id, len(things))
    tickets, every = list[Ticket](), list[Minutes]()
    for place, thing in enumerate(things):
        bare, wrong = ticket_of(thing, TicketId(errand.occasion.new_id()), first + place, people, errand)
        minutes = minutes_of(thing, thing.messages, bare, people.speakers, errand)
        tickets.append(counted(bare, minutes.conversations))
        every.append(minutes)
        problems += [*wrong, *minutes.problems]
    every = await with_known_mails(every, errand)
    ratings = [_rating(thing, ticket, errand) for thing, ticket in zip(things, tickets, strict=True)]
    told = [
        _told(ticket, minutes, rating, errand)
        for ticket, minutes, rating in zip(tickets, every, ratings, strict=True)
    ]
    await work.tickets.add_all(tickets)
    await _keep(every, errand)
    named = [
        (ticket.id, one) for thing, ticket in zip(things, tickets, strict=True) for one in thing.message_ids
    ]
    taking_part = [(ticket.id, ticket.customer_id) for ticket in tickets]
    for thing, ticket in zip(things, tickets, strict=True):
        taking_part += [(ticket.id, one) for one in people.copied(thing)]
    await _remember(every, named, taking_part, errand)
    for rating in ratings:
        if rating is not None:
            await work.ratings.add(rating)
    await work.log.append(*told)
    pairs = list(zip(things, tickets, strict=True))
    await errand.note(
        Kind.TICKETS,
        [(thing, ticket.id) for thing, ticket in pairs],
        {thing.id: _made(thing, ticket) for thing, ticket in pairs},
    )
    return problems


async def _update(
    thing: BroughtTicket, reference: Reference, people: People, errand: Errand
) -> list[Problem] | None:
    """What has changed there since it was brought. None: it is not here any more, or is of somebody who is not."""
    work, organization_id = errand.work, errand.organization_id
    ticket = await work.tickets.get(organization_id, TicketId(reference.our_id))
    if ticket is None or asking(thing) in people.speakers.erased:
        return None
    told, problems = ticket_of(thing, ticket.id, ticket.number, people, errand)
    if thing.deleted:
        told, problems = as_deleted(ticket, thing), []
    alone = ticket.merged_into_id is None
    after = followed(ticket, told, reference) if alone else ticket
    # What is said on a merged ticket is said on the one that took it over.
    holder = after if alone else await existing_ticket(organization_id, ticket.id, work)
    names = {external_id_of(thing, one, errand): one for one in thing.messages}
    there = await work.conversations.by_external_ids(organization_id, Channel.IMPORT, list(names))
    await made_notes(names, there, errand)
    unheard = [one for name, one in names.items() if name not in there]
    [minutes] = await with_known_mails([minutes_of(thing, unheard, holder, people.speakers, errand)], errand)
    final = counted(holder, minutes.conversations)
    rating = await _new_rating(thing, ticket, errand) if alone else None
    before = ticket if alone else holder
    if final != before:
        await work.tickets.replace(evolve(final, version=before.version + 1))
    await _keep([minutes], errand)
    named = [(holder.id, one) for one in thing.message_ids]
    await _remember([minutes], named, [(holder.id, one) for one in people.copied(thing)], errand)
    if rating is not None:
        await work.ratings.add(rating)
    if final != before or rating is not None:
        await work.log.append(_told_again(before, final, minutes, rating, errand))
    await errand.note(Kind.TICKETS, [(thing, ticket.id)], {thing.id: _made(thing, told)})
    return [*problems, *minutes.problems]


def _made(thing: BroughtTicket, ticket: Ticket) -> Mapping[str, Any]:
    return {**made_of(ticket), "merged_into": thing.merged_into}


def _merges(thing: BroughtTicket, known: Mapping[str, Reference]) -> bool:
    """Whether it is told for the first time that it was merged: what was taken apart here stays apart."""
    return thing.merged_into is not None and (
        thing.id not in known or "merged_into" not in known[thing.id].made
    )


async def _merge(source: Reference, target: Reference, errand: Errand) -> str | None:
    work, organization_id = errand.work, errand.organization_id
    one = await work.tickets.get(organization_id, TicketId(source.our_id))
    other = await work.tickets.get(organization_id, TicketId(target.our_id))
    if one is None or other is None or one.merged_into_id is not None:
        return None
    other = await existing_ticket(organization_id, other.id, work)
    if one.id == other.id:
        return "It was merged in a circle, and so stands for itself."
    pointer = merged_into(one, other, one.updated_at)
    await work.tickets.replace(pointer)
    await work.threads.move(organization_id, one.id, other.id)
    await work.tickets.replace(with_messages_of(other, one, one.updated_at))
    data = {"into_id": str(other.id), **moves(one, pointer)}
    then = evolve(errand.occasion, occurred_at=one.updated_at)
    await work.log.append(then.event(organization_id, "ticket.merged", one.id, data))
    return None


def _told(ticket: Ticket, minutes: Minutes, rating: SatisfactionRating | None, errand: Errand) -> DomainEvent:
    """One event for all of it."""
    event = created(ticket, evolve(errand.occasion, occurred_at=ticket.created_at))
    data = {name: value for name, value in event.data.items() if name not in ("stood", "stands")}
    lines = history(ticket, minutes.conversations, rating)
    return evolve(event, data={**data, "messages": len(minutes.conversations), "counted": lines})


def _told_again(
    before: Ticket, after: Ticket, minutes: Minutes, rating: SatisfactionRating | None, errand: Errand
) -> DomainEvent:
    fields = ("subject", "status", "priority", "assignee_id", "team_id", "tags", "custom_fields")
    changed = [name for name in fields if getattr(before, name) != getattr(after, name)]
    data = {
        "changed": [*changed, *(["conversations"] if minutes.conversations else [])],
        "channel": after.channel.value,
        "counted": more_history(before, after, minutes.conversations, rating),
        **moves(before, after),
    }
    then = evolve(errand.occasion, occurred_at=since(after))
    return then.event(after.organization_id, "ticket.updated", after.id, data)


def _rating(thing: BroughtTicket, ticket: Ticket, errand: Errand) -> SatisfactionRating | None:
    if thing.rating is None or thing.rating.score not in SCORES:
        return None
    at = thing.rating.created_at or ticket.updated_at
    return SatisfactionRating(
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


async def _new_rating(thing: BroughtTicket, ticket: Ticket, errand: Errand) -> SatisfactionRating | None:
    """A rating that is told for the first time; one that was given here stays."""
    if (
        thing.rating is None
        or await errand.work.ratings.of_ticket(ticket.organization_id, ticket.id) is not None
    ):
        return None
    return _rating(thing, ticket, errand)


async def _keep(every: Sequence[Minutes], errand: Errand) -> None:
    work = errand.work
    await work.conversations.add_all([one for minutes in every for one in minutes.conversations])
    files = [file for minutes in every for file in minutes.attachments]
    await work.attachments.add_all(files)
    for file in files:
        if file.state is AttachmentState.PENDING:
            payload = {"attachment_id": str(file.id)}
            await work.jobs.add(errand.occasion.job(errand.organization_id, JobKind.FETCH_FILE, payload))


async def _remember(
    every: Sequence[Minutes],
    named: Sequence[tuple[TicketId, str]],
    taking_part: Sequence[tuple[TicketId, Any]],
    errand: Errand,
) -> None:
    """By what mail finds these tickets: the ids of mails about them, and who takes part."""
    mails = [
        (one.ticket_id, one.mail.message_id)
        for minutes in every
        for one in minutes.conversations
        if one.mail.message_id
    ]
    writing = [one for minutes in every for one in minutes.taking_part]
    both = list(dict.fromkeys([*taking_part, *writing]))
    await errand.work.threads.remember_all(
        errand.organization_id, list(dict.fromkeys([*mails, *named])), both
    )
