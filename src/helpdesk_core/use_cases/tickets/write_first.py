"""Somebody of the desk writes to a customer before the customer does."""

from attrs import evolve, frozen

from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.automation.arrange_custom_fields import check_values
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.tickets.open_ticket import Requester, requested_by
from helpdesk_core.use_cases.tickets.post_conversation import Draft, reply_step
from helpdesk_core.users import Actor


@frozen
class WriteFirst:
    """Opens a ticket that begins with a mail to the customer; their answer comes back to it.

    InvalidValue for a customer without an e-mail address, and for values that custom fields do not take.
    """

    store: Store
    domain: MailDomain
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, opening: Opening, to: Requester, draft: Draft
    ) -> Ticket:
        async def unit(work: Work) -> Ticket:
            occasion = Occasion(self.clock(), self.new_id, actor)
            await check_values(organization_id, opening.custom_fields, work)
            customer = await requested_by(to, organization_id, work, occasion)
            if customer.email is None:
                raise InvalidValue("customer.email", "is needed, to write to them")
            ticket = await open_step(evolve(opening, channel=Channel.EMAIL), customer, work, occasion)
            await reply_step(ticket, draft, work, occasion, self.domain)
            return existing(await work.tickets.get(organization_id, ticket.id), "ticket", ticket.id)

        return await self.store.transact(unit)
