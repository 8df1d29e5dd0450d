"""The same is done to many tickets."""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.errors import NotFound, Refusal, StoreUnavailable
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, TicketId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange, change_step, delete_step
from helpdesk_core.users import Actor


@frozen
class Treated:
    """What became of one of many tickets; `refusal` where nothing did."""

    ticket_id: TicketId
    refusal: Refusal | None = None


@frozen
class ChangeMany:
    """Changes tickets, or deletes them where there is no change, in one unit of work.

    A ticket that refuses stays as it is, whatever happens to the others. Each is treated once, in the given order.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        ticket_ids: Sequence[TicketId],
        actor: Actor,
        change: TicketChange | None,
    ) -> Sequence[Treated]:
        async def unit(work: Work) -> Sequence[Treated]:
            occasion = Occasion(self.clock(), self.new_id, actor)
            return [
                await _treated(organization_id, ticket_id, change, work, occasion)
                for ticket_id in dict.fromkeys(ticket_ids)
            ]

        return await self.store.transact(unit)


async def _treated(
    organization_id: OrganizationId,
    ticket_id: TicketId,
    change: TicketChange | None,
    work: Work,
    occasion: Occasion,
) -> Treated:
    ticket = await work.tickets.get(organization_id, ticket_id)
    if ticket is None:
        return Treated(ticket_id, NotFound("ticket", ticket_id))
    if change is None:
        await delete_step(ticket, work, occasion)
        return Treated(ticket_id)
    try:
        await change_step(ticket, change, work, occasion)
    except StoreUnavailable:
        raise
    except Refusal as refusal:  # a step refuses before it writes, so that nothing of it has to be undone
        return Treated(ticket_id, refusal)
    return Treated(ticket_id)
