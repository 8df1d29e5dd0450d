"""One ticket turns out to be two matters."""

from collections.abc import Sequence

from attrs import evolve, frozen

from helpdesk_core.conversations import AuthorType, Conversation, Kind
from helpdesk_core.customers import Customer
from helpdesk_core.errors import Conflict, InvalidValue, NotFound, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, CustomerId, NewId, OrganizationId, TicketId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.customers.hand_over import counted, hand_over, messages_of
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, add_ticket, created, new_ticket
from helpdesk_core.use_cases.tickets.merge_tickets import took_messages
from helpdesk_core.users import Actor


@frozen
class SplitTicket:
    """Opens a ticket that begins with messages of another one; returns it.

    It is as old as the first of these, belongs to whichever customer wrote it, and has priority, people and tags of
    the ticket it comes from. Mail does not merge the two. InvalidValue for messages of other tickets, and where none
    would stay behind.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        ticket_id: TicketId,
        actor: Actor,
        conversation_ids: Sequence[ConversationId],
        subject: str | None = None,
    ) -> Ticket:
        async def unit(work: Work) -> Ticket:
            ticket = existing(await work.tickets.get(organization_id, ticket_id), "ticket", ticket_id)
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await split_step(ticket, conversation_ids, subject, work, occasion)

        return await self.store.transact(unit)


async def split_step(
    ticket: Ticket,
    conversation_ids: Sequence[ConversationId],
    subject: str | None,
    work: Work,
    occasion: Occasion,
) -> Ticket:
    """The step: the new ticket, with its messages."""
    if ticket.merged_into_id is not None:
        raise Conflict(f"Ticket {ticket.number} was merged; its messages are elsewhere.")
    messages = await messages_of(ticket, work)
    moved, rest = _parted(messages, conversation_ids)
    customer = await _whose(moved, ticket, work)
    bare = await new_ticket(_opening(ticket, subject), customer, work, occasion)
    taken = evolve(
        counted(bare, moved, occasion),
        created_at=moved[0].created_at,
        assignee_id=ticket.assignee_id,
        team_id=ticket.team_id,
        language=ticket.language,
        split_from_id=ticket.id,
        kept_apart=True,
        version=bare.version,
    )
    await add_ticket(taken, work, occasion)
    await hand_over(ticket, taken, moved, rest, (), work)
    left = counted(ticket, rest, occasion)
    await work.tickets.replace(left)
    await work.log.append(
        created(taken, occasion),
        occasion.event(ticket.organization_id, "ticket.split", ticket.id, {"into_id": str(taken.id)}),
        took_messages(left, "split_id", taken, occasion),
    )
    return taken


def _opening(ticket: Ticket, subject: str | None) -> Opening:
    return Opening(
        subject=ticket.subject if subject is None else subject,
        channel=ticket.channel,
        priority=ticket.priority,
        tags=ticket.tags,
    )


def _parted(
    messages: Sequence[Conversation], conversation_ids: Sequence[ConversationId]
) -> tuple[Sequence[Conversation], Sequence[Conversation]]:
    """Those that are named, and the others; both in their order."""
    known = {message.id for message in messages}
    for place, conversation_id in enumerate(conversation_ids):
        if conversation_id not in known:
            raise InvalidValue(f"conversation_ids[{place}]", "is not a message of this ticket")
    named = set(conversation_ids)
    moved = [message for message in messages if message.id in named]
    rest = [message for message in messages if message.id not in named]
    if not rest:
        raise InvalidValue("conversation_ids", "must leave the ticket at least one message")
    return moved, rest


async def _whose(moved: Sequence[Conversation], ticket: Ticket, work: Work) -> Customer:
    """The customer who wrote the first of these messages, else the ticket's."""
    wrote = (
        CustomerId(message.author.id)
        for message in moved
        if message.kind is Kind.INBOUND
        and message.author.type is AuthorType.CUSTOMER
        and message.author.id is not None
    )
    author = await work.customers.get(ticket.organization_id, next(wrote, ticket.customer_id))
    customer = author or await work.customers.get(ticket.organization_id, ticket.customer_id)
    if customer is None:
        raise NotFound("customer", ticket.customer_id)
    return customer
