"""A provider tells that a customer has a new name there: another number, another id."""

from helpdesk_core.commands import Done, LinkContacts, Nothing, Outcome
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View, Work
from helpdesk_core.privacy import ErasureState
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.customers.know_customer import acquaintance
from helpdesk_core.use_cases.customers.merge_customers import merge_customers_step


async def link_contacts(command: LinkContacts, work: Work, occasion: Occasion) -> Outcome:
    """The step: one customer, known by all of these.

    Whoever has written under the new name already is taken for the same person, since the provider says so: they are
    merged into the one who was known before, and their tickets stay. Nobody is merged while they are being erased.
    """
    account = await account_of(command.channel.value, command.account, work)
    if isinstance(account, Nothing):
        return account
    organization_id = account.organization_id
    before = await _owner(organization_id, command, work)
    contacts = (*command.known, *command.new)
    for contact in command.new:
        other = await work.customers.by_contact(organization_id, contact)
        if before is not None and other is not None and other.id != before.id:
            if await _in_erasure(before, work) or await _in_erasure(other, work):
                return Nothing("One of them is being erased.", organization_id=organization_id)
            before = await merge_customers_step(other, before, work, occasion)
    await acquaintance(organization_id, command.name, contacts, work, occasion)
    return Done(organization_id)


async def _owner(organization_id: OrganizationId, command: LinkContacts, view: View) -> Customer | None:
    for contact in command.known:
        found = await view.customers.by_contact(organization_id, contact)
        if found is not None:
            return found
    return None


async def _in_erasure(customer: Customer, view: View) -> bool:
    erasure = await view.erasures.of_customer(customer.organization_id, customer.id)
    return erasure is not None and erasure.state is ErasureState.ERASING
