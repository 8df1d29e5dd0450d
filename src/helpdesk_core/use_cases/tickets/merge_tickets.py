"""Two tickets turn out to be one matter, or to be two after all."""

from attrs import frozen

from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.figures import moves
from helpdesk_core.ids import NewId, OrganizationId, TicketId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket, merged_into, taken_apart, with_messages_of
from helpdesk_core.use_cases.customers.hand_over import counted, hand_over, messages_of
from helpdesk_core.use_cases.knowledge.learn_sources import forget_tickets_step
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.know_tags import know_tags
from helpdesk_core.users import Actor


@frozen
class MergeTickets:
    """Makes one ticket a pointer to another one, which takes over its messages; returns that one.

    Conflict where either is merged already, so of two merges the opposite way only the first takes place.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, ticket_id: TicketId, actor: Actor, into_id: TicketId
    ) -> Ticket:
        async def unit(work: Work) -> Ticket:
            source = await _existing(organization_id, ticket_id, work)
            target = await _existing(organization_id, into_id, work)
            if source.id == target.id:
                raise InvalidValue("into_id", "is this very ticket")
            return await merge_step(source, target, work, Occasion(self.clock(), self.new_id, actor))

        return await self.store.transact(unit)


@frozen
class UnmergeTicket:
    """Lets a merged ticket live again, with the messages that were written on it; returns it.

    So it takes along the messages of tickets that were merged into it before. What was said after the merge stays
    where it was said. Mail no longer merges the two. Conflict where the ticket is not merged.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, ticket_id: TicketId, actor: Actor) -> Ticket:
        async def unit(work: Work) -> Ticket:
            ticket = await _existing(organization_id, ticket_id, work)
            return await unmerge_step(ticket, work, Occasion(self.clock(), self.new_id, actor))

        return await self.store.transact(unit)


async def merge_step(source: Ticket, target: Ticket, work: Work, occasion: Occasion) -> Ticket:
    """The step: `source` becomes a pointer to `target`, which takes over its messages. Returns the target."""
    if source.id == target.id:
        return target
    pointer = merged_into(source, target, occasion.at)
    await work.tickets.replace(pointer)
    await work.threads.move(source.organization_id, source.id, target.id)
    await forget_tickets_step(source.organization_id, [source.id], work)
    merged = with_messages_of(target, source, occasion.at)
    await work.tickets.replace(merged)
    data = {"into_id": str(target.id), **moves(source, pointer)}
    event = occasion.event(source.organization_id, "ticket.merged", source.id, data)
    await work.log.append(event, took_messages(merged, "merged_id", source, occasion))
    return merged


async def unmerge_step(ticket: Ticket, work: Work, occasion: Occasion) -> Ticket:
    """The step: the merged ticket stands for itself again. Returns it."""
    alive = taken_apart(ticket)
    holder = await existing_ticket(ticket.organization_id, ticket.id, work)
    origins = [one.id for one in [ticket, *await all_merged_into(ticket, work)]]
    messages = await messages_of(holder, work)
    own = [message for message in messages if message.origin_ticket_id in origins]
    rest = [message for message in messages if message.origin_ticket_id not in origins]
    await work.tickets.replace(alive)
    await hand_over(holder, alive, own, rest, origins[1:], work)
    alive, holder = counted(alive, own, occasion), counted(holder, rest, occasion)
    await work.tickets.replace(alive)
    await work.tickets.replace(holder)
    await know_tags(ticket.organization_id, alive.tags, work, occasion)
    data = {"from_id": str(holder.id), **moves(ticket, alive)}
    event = occasion.event(ticket.organization_id, "ticket.unmerged", ticket.id, data)
    await work.log.append(event, took_messages(holder, "unmerged_id", alive, occasion))
    return alive


async def all_merged_into(ticket: Ticket, view: View) -> list[Ticket]:
    """The tickets that lead to this one, by however many merges; those nearest to it come first."""
    found: list[Ticket] = []
    nearest = [ticket]
    while nearest:
        nearest = [
            one for into in nearest for one in await view.tickets.merged_into(ticket.organization_id, into.id)
        ]
        found += nearest
    return found


def took_messages(ticket: Ticket, how: str, other: Ticket, occasion: Occasion) -> DomainEvent:
    """That the ticket has other messages than before, because of another ticket."""
    data = {"changed": ["conversations"], how: str(other.id)}
    return occasion.event(ticket.organization_id, "ticket.updated", ticket.id, data)


async def _existing(organization_id: OrganizationId, ticket_id: TicketId, work: Work) -> Ticket:
    return existing(await work.tickets.get(organization_id, ticket_id), "ticket", ticket_id)
