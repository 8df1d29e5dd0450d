"""Finding the ticket that somebody means."""

from helpdesk_core.errors import NotFound
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket


async def existing_ticket(organization_id: OrganizationId, ticket_id: TicketId, view: View) -> Ticket:
    """The ticket, or the one it was merged into; NotFound where the organization has none of this id."""
    ticket = await view.tickets.get(organization_id, ticket_id)
    while ticket is not None and ticket.merged_into_id is not None:
        ticket = await view.tickets.get(organization_id, ticket.merged_into_id)
    if ticket is None:
        raise NotFound("ticket", ticket_id)
    return ticket
