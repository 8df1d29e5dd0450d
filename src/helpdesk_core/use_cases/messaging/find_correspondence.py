"""Finding the conversation at a provider that a ticket is, or that a provider's names mean."""

from collections.abc import Sequence
from datetime import UTC, datetime

from attrs import evolve

from helpdesk_core.call_messages import call_id_of
from helpdesk_core.call_reading import first, lines
from helpdesk_core.calls import Fact
from helpdesk_core.commands import Nothing
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.correspondences import Correspondence, alias, joined, way_in
from helpdesk_core.errors import NotFound
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.messages import BY_CALL, NAMES
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.messaging.find_call import call_of, line_of
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.merge_tickets import all_merged_into, merge_step

NEVER = datetime.min.replace(tzinfo=UTC)
LOOKED_BACK = Page(limit=50, sort="-created_at")
"""Messages of a ticket among which one is looked for that came by a provider."""


async def correspondence(
    organization_id: OrganizationId, channel: Channel, account: str, thread: str, view: View
) -> Correspondence:
    """The correspondence as it is known by any of its names, or one of which nothing is known."""
    found = await known_correspondence(organization_id, channel, account, thread, view)
    return found or Correspondence(organization_id, channel, account, thread)


async def known_correspondence(
    organization_id: OrganizationId, channel: Channel, account: str, thread: str, view: View
) -> Correspondence | None:
    """The correspondence by any of its names; None where nothing is known of it."""
    found = await view.correspondences.get(organization_id, channel, account, thread)
    while found is not None and found.alias_of is not None:
        found = await view.correspondences.get(organization_id, channel, account, found.alias_of)
    return found


async def correspondence_of(ticket: Ticket, view: View) -> Correspondence | None:
    """Where an answer on the ticket goes: the conversation over its channel in which its customer spoke last.

    Of a ticket that others were merged into, also theirs. Where the conversation goes on in another ticket by now, it
    is the one by which this ticket's messages came, or those of the ticket that it follows or was taken from.
    """
    found = await _of(ticket, view)
    if not found:
        for other in await all_merged_into(ticket, view):
            found += await _of(other, view)
    if found:
        return max(found, key=lambda one: (one.heard_at or NEVER, one.account, one.thread))
    before: Ticket | None = ticket
    seen: set[TicketId] = set()
    while before is not None and before.id not in seen:
        seen.add(before.id)
        there = await _by_messages(before, view)
        if there is not None:
            return there
        earlier = before.split_from_id or before.follows_id
        before = await view.tickets.get(ticket.organization_id, earlier) if earlier is not None else None
    return None


async def way_out(answer: Conversation, ticket: Ticket, view: View) -> Correspondence | None:
    """Where this answer goes, settled when it was written: whatever has become of its ticket since, it is for nobody
    else.
    """
    way = way_in(answer.metadata)
    if way is None:
        return await correspondence_of(ticket, view)
    return await known_correspondence(answer.organization_id, *way, view)


def nowhere(channel: Channel) -> str:
    """Why an answer cannot leave where nothing is found, for the agent who wrote it."""
    if channel in BY_CALL:
        return "The caller's number is not known, so there is nowhere to send a text message to."
    return f"Nothing is known of where to send it: the ticket has no message over {NAMES.get(channel, channel.value)}."


async def ticket_of(known: Correspondence, view: View) -> Ticket | None:
    """The ticket in which the conversation went on last, closed or not; None where there was none, or it is gone."""
    if known.ticket_id is None:
        return None
    try:
        return await existing_ticket(known.organization_id, known.ticket_id, view)
    except NotFound:
        return None


async def by_names(
    organization_id: OrganizationId,
    channel: Channel,
    account: str,
    names: Sequence[str],
    work: Work,
    occasion: Occasion,
) -> Correspondence:
    """The step: the conversation that a provider has all these names for, known by each of them from now on.

    Those that were known apart become one, and so do their tickets, where these are of one customer and nobody has
    taken them apart. Of names that are new it is the caller's to put them with what comes back.
    """
    mains: dict[str, Correspondence] = {}
    for name in names:
        found = await known_correspondence(organization_id, channel, account, name, work)
        if found is not None:
            mains.setdefault(found.thread, found)
    known = next(iter(mains.values()), None) or Correspondence(organization_id, channel, account, names[0])
    for other in (one for one in mains.values() if one.thread != known.thread):
        here, there = await ticket_of(known, work), await ticket_of(other, work)
        known = joined(known, other)
        if here is not None and there is not None and here.id != there.id:
            known = evolve(known, ticket_id=(await _of_both(here, there, work, occasion)).id)
        await work.correspondences.put(alias(other.thread, known))
    if len(mains) > 1:
        await work.correspondences.put(known)
    return known


async def put_with_names(known: Correspondence, names: Sequence[str], work: Work) -> None:
    """The step: what is known of a conversation, and that all these names lead to it."""
    await work.correspondences.put(known)
    for name in dict.fromkeys(names):
        if name != known.thread:
            leading = alias(name, known)
            place = (known.organization_id, known.channel, known.account, name)
            if await work.correspondences.get(*place) != leading:
                await work.correspondences.put(leading)


async def _of_both(one: Ticket, other: Ticket, work: Work, occasion: Occasion) -> Ticket:
    older, younger = sorted((one, other), key=lambda ticket: (ticket.created_at, ticket.number))
    if older.closed or younger.closed:
        return older if younger.closed and not older.closed else younger
    if older.customer_id != younger.customer_id or older.kept_apart or younger.kept_apart:
        return older
    return await merge_step(younger, older, work, occasion)


async def _of(ticket: Ticket, view: View) -> list[Correspondence]:
    every = await view.correspondences.of_ticket(ticket.organization_id, ticket.id)
    return [one for one in every if one.channel is ticket.channel and not one.among_staff]


async def _by_messages(ticket: Ticket, view: View) -> Correspondence | None:
    """The conversation by which the newest message came that came by one."""
    newest = await view.conversations.of_ticket(ticket.organization_id, ticket.id, LOOKED_BACK)
    for message in newest.items:
        way = way_in(message.metadata) if message.kind is Kind.INBOUND else None
        if way is not None and way[0] is ticket.channel:
            return await known_correspondence(ticket.organization_id, *way, view)
        if call_id_of(message) is not None:
            return await _with_caller(message, view)
    return None


async def _with_caller(message: Conversation, view: View) -> Correspondence | None:
    """Text messages with the number that a call was with, over the line that it was on; None where it was hidden."""
    call = await call_of(message.organization_id, call_id_of(message) or "", view)
    number = first(call, Fact.NUMBER) if call is not None else None
    if call is None or number is None:
        return None
    line = await line_of(message.channel, lines(call), view)
    account = line.account if isinstance(line, Nothing) else line.external_id
    return await correspondence(message.organization_id, message.channel, account or "", number, view)
