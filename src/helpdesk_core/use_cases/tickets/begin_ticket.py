"""A ticket begins, still without a message."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen

from helpdesk_core.customers import Customer
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.figures import moves
from helpdesk_core.ids import TicketId
from helpdesk_core.ports.store import Work
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import Channel, Priority, Ticket
from helpdesk_core.use_cases.automation.keep_sla import clocks_set
from helpdesk_core.use_cases.tickets.know_tags import know_tags, spelled


@frozen
class Opening:
    """How a ticket begins."""

    subject: str
    channel: Channel
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, Any] = Factory(dict)
    metadata: Mapping[str, Any] = Factory(dict)
    follows_id: TicketId | None = None
    language: str | None = None


async def open_step(opening: Opening, customer: Customer, work: Work, occasion: Occasion) -> Ticket:
    """The step: a ticket without a message yet, under the organization's next number."""
    ticket = await new_ticket(opening, customer, work, occasion)
    await add_ticket(ticket, work, occasion)
    await work.log.append(created(ticket, occasion))
    return ticket


async def new_ticket(opening: Opening, customer: Customer, work: Work, occasion: Occasion) -> Ticket:
    """The ticket that takes the organization's next number; not yet kept."""
    ticket = Ticket(
        id=TicketId(occasion.new_id()),
        organization_id=customer.organization_id,
        number=await work.tickets.next_number(customer.organization_id),
        subject=opening.subject,
        channel=opening.channel,
        customer_id=customer.id,
        created_at=occasion.occurred_at or occasion.at,
        updated_at=occasion.occurred_at or occasion.at,
        priority=opening.priority,
        tags=await spelled(customer.organization_id, opening.tags, work),
        custom_fields={name: value for name, value in opening.custom_fields.items() if value is not None},
        metadata={name: value for name, value in opening.metadata.items() if value is not None},
        follows_id=opening.follows_id,
        language=opening.language,
        subject_key=subject_key(opening.subject),
    )
    return await clocks_set(ticket, work, occasion)


async def add_ticket(ticket: Ticket, work: Work, occasion: Occasion) -> None:
    """Keeps a new ticket, in which its customer takes part, and whose tags are known from now on."""
    await work.tickets.add(ticket)
    await know_tags(ticket.organization_id, ticket.tags, work, occasion)
    await work.threads.remember(ticket.organization_id, ticket.id, (), ticket.customer_id)


def created(ticket: Ticket, occasion: Occasion) -> DomainEvent:
    """What the event log tells of a new ticket."""
    data = {
        "number": ticket.number,
        "channel": ticket.channel.value,
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "customer_id": str(ticket.customer_id),
        **moves(None, ticket),
    }
    return occasion.event(ticket.organization_id, "ticket.created", ticket.id, data)
