"""A snoozed ticket wakes up when its time has come."""

from attrs import frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, TicketId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange, change_step
from helpdesk_core.users import DESK


@frozen
class WakeTicket:
    """Ends a snooze whose time has come. One that was put off further, or ended already, stays as it is."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        async def unit(work: Work) -> None:
            occasion = Occasion(self.clock(), self.new_id, DESK, cause=f"snooze:{ticket_id}")
            ticket = await work.tickets.get(organization_id, ticket_id)
            if ticket is None or ticket.merged_into_id is not None or ticket.snoozed_until is None:
                return
            if ticket.snoozed_until <= occasion.at:
                await change_step(ticket, TicketChange(snoozed_until=None), work, occasion)

        await self.store.transact(unit)
