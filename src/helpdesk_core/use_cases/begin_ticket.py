"""A ticket begins, still without a message."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen

from helpdesk_core.customers import Customer
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import TicketId
from helpdesk_core.ports.store import Work
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import Channel, Priority, Ticket


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


async def open_step(opening: Opening, customer: Customer, work: Work, occasion: Occasion) -> Ticket:
    """The step: a ticket without a message yet, under the organization's next number."""
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
        tags=opening.tags,
        custom_fields={name: value for name, value in opening.custom_fields.items() if value is not None},
        metadata={name: value for name, value in opening.metadata.items() if value is not None},
        follows_id=opening.follows_id,
        subject_key=subject_key(opening.subject),
    )
    await work.tickets.add(ticket)
    await work.threads.remember(ticket.organization_id, ticket.id, (), customer.id)
    event = occasion.event(ticket.organization_id, "ticket.created", ticket.id, {"number": ticket.number})
    await work.log.append(event)
    return ticket
