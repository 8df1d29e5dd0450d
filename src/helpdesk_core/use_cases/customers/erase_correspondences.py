"""What providers' names for a customer lead to goes: with whom the desk talked there, and what waits of it."""

from collections.abc import Sequence
from typing import Final

from helpdesk_core.correspondences import Correspondence
from helpdesk_core.customers import Customer
from helpdesk_core.messages import BY_MESSAGE
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Channel

_CHANNELS: Final = {channel.value: channel for channel in BY_MESSAGE}


async def leave_correspondences_step(customer: Customer, work: Work) -> None:
    """The step: what they write from now on is from somebody new. That they wanted no messages is forgotten, too."""
    for one in await _theirs(customer, work):
        await work.correspondences.remove(one)


async def words_of_correspondences(customer: Customer, view: View) -> Sequence[str]:
    """By what providers' webhooks name the customer."""
    return sorted({one.thread for one in await _theirs(customer, view)})


async def _theirs(customer: Customer, view: View) -> Sequence[Correspondence]:
    """Those that are known to be theirs, and those by their own addresses, under which something may be kept of whoever
    has not written yet.
    """
    organization_id = customer.organization_id
    found = [*await view.correspondences.of_customer(organization_id, customer.id)]
    for account in await view.integrations.of(organization_id):
        channel = _CHANNELS.get(account.provider)
        for contact in customer.contacts if channel is not None else ():
            place = (organization_id, channel or Channel.SMS, account.external_id, contact.value)
            known = await view.correspondences.get(*place)
            found += [known] if known is not None else []
    return found
