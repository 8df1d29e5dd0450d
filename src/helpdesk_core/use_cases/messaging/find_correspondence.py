"""Finding the conversation at a provider that a ticket is."""

from datetime import UTC, datetime

from helpdesk_core.correspondences import Correspondence
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket

NEVER = datetime.min.replace(tzinfo=UTC)


async def correspondence_of(ticket: Ticket, view: View) -> Correspondence | None:
    """Where an answer on the ticket goes: the conversation over its channel in which its customer spoke last.

    Of a ticket that others were merged into, also theirs; of one that follows a closed ticket, and has heard nothing
    yet, that ticket's.
    """
    found = await _of(ticket, view)
    if not found:
        for other in await view.tickets.merged_into(ticket.organization_id, ticket.id):
            found += await _of(other, view)
    return max(found, key=lambda one: (one.heard_at or NEVER, one.account, one.thread), default=None)


async def _of(ticket: Ticket, view: View) -> list[Correspondence]:
    every = await view.correspondences.of_ticket(ticket.organization_id, ticket.id)
    return [one for one in every if one.channel is ticket.channel and not one.among_staff]
