"""A ticket is opened."""

from typing import Any

from attrs import frozen

from helpdesk_core.customers import EMAIL, PHONE, Contact, Customer, normal_email, normal_phone
from helpdesk_core.errors import InvalidValue
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId, NewId, OrganizationId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.automation.arrange_custom_fields import check_values
from helpdesk_core.use_cases.customers.know_customer import acquaintance, as_merged
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.find_named import named_customer
from helpdesk_core.use_cases.tickets.post_conversation import Draft, customer_author, open_with_message
from helpdesk_core.users import Actor


@frozen
class Requester:
    """Whose ticket it is: a known customer's id, or an address by which they are known or become known."""

    id: CustomerId | None = None
    email: str | None = None
    phone: str | None = None
    name: str = ""


@frozen
class OpenTicket:
    """Opens a ticket with its first message on behalf of a customer, who is recognised or becomes known by it.

    InvalidValue for values that custom fields do not take; required ones may come later.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        actor: Actor,
        opening: Opening,
        requester: Requester,
        message: str,
    ) -> Ticket:
        async def unit(work: Work) -> Ticket:
            occasion = Occasion(self.clock(), self.new_id, actor)
            await check_values(organization_id, opening.custom_fields, work)
            customer = await requested_by(requester, organization_id, work, occasion)
            draft = Draft(content=document_from_text(message), author=customer_author(customer))
            ticket, _ = await open_with_message(opening, customer, draft, work, occasion)
            return ticket

        return await self.store.transact(unit)


async def requested_by(
    requester: Requester, organization_id: OrganizationId, work: Work, occasion: Occasion
) -> Customer:
    """The step: the customer a ticket is opened for. InvalidValue where nothing says who."""
    if requester.id is not None:
        known = await named_customer(organization_id, requester.id, "customer.id", work)
        return await as_merged(known, work)
    contacts = []
    if requester.email is not None:
        contacts.append(Contact(EMAIL, _at("customer.email", normal_email, requester.email)))
    if requester.phone is not None:
        contacts.append(Contact(PHONE, _at("customer.phone", normal_phone, requester.phone)))
    if not contacts:
        raise InvalidValue("customer", "needs an id, an email or a phone")
    return await acquaintance(organization_id, requester.name, tuple(contacts), work, occasion)


def _at(path: str, normal: Any, text: str) -> str:
    try:
        return str(normal(text))
    except InvalidValue as refusal:
        raise InvalidValue(path, refusal.message) from refusal
