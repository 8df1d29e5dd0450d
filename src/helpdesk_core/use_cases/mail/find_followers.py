"""Who is copied in on a customer's mail hears of the answers."""

from collections.abc import Iterable

from helpdesk_core.commands import TakeEmail
from helpdesk_core.customers import Customer
from helpdesk_core.email import Nature
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.mail.find_receivers import is_own
from helpdesk_core.use_cases.tickets.find_reachable import reachable

MOST_FOLLOWERS = 30
"""Followers up to which a mail adds more; people may add more than that."""
MASS_MAIL = 50
"""A mail to more people than this is no conversation with all of them."""
BY_NEWCOMER = "A newcomer has copied in others. They do not get your answers unless you add them."


async def copied_in(
    command: TakeEmail, customer: Customer, organization: Organization, domain: MailDomain, view: View
) -> tuple[str, ...]:
    """The addresses in To and Cc of people outside the desk, in lower case; nobody for automatic mail and lists.

    Neither the organization's own addresses and its users' are among them, nor the sender's and the customer's, nor
    any that is blocked or that nothing is sent to.
    """
    mail = command.mail
    if command.words.nature is not Nature.PERSON or len(mail.to) + len(mail.cc) > MASS_MAIL:
        return ()
    if any(name in mail.headers for name in _OF_LISTS):
        return ()
    named = {address.key: address.email.lower() for address in (*mail.to, *mail.cc)}
    theirs = {*customer.emails, *((mail.from_.email.lower(),) if mail.from_ is not None else ())}
    outside = [
        address
        for address in named.values()
        if address not in theirs and not address.endswith(f"@{domain.name.lower()}")
    ]
    strangers = [one for one in outside if not await _is_ours(one, organization, domain, view)]
    return await reachable(organization.id, strangers, view)


def following(ticket: Ticket, addresses: Iterable[str]) -> tuple[str, ...]:
    """The ticket's followers with these among them, as far as there is room."""
    followers = dict.fromkeys(ticket.followers)
    for address in addresses:
        if len(followers) < MOST_FOLLOWERS:
            followers.setdefault(address)
    return tuple(followers)


_OF_LISTS = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list")


async def _is_ours(address: str, organization: Organization, domain: MailDomain, view: View) -> bool:
    user = await view.users.by_email(address)
    if user is not None and user.organization_id == organization.id:
        return True
    return await is_own(address, organization, domain, view)
