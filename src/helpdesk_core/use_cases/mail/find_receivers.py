"""Whose mail it is that has arrived: an organization's, several organizations', or nobody's here."""

from collections.abc import Sequence

from attrs import evolve, frozen

from helpdesk_core.addresses import Address
from helpdesk_core.blocked_senders import blocks
from helpdesk_core.commands import Nothing
from helpdesk_core.email import Mail
from helpdesk_core.email.authors import author_behind
from helpdesk_core.ids import NewId, OrganizationId, WebhookEventId
from helpdesk_core.integrations import RECEIVING
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.reply_tokens import split_recipient
from helpdesk_core.use_cases.customers.know_customer import sender_of
from helpdesk_core.use_cases.webhooks.receive_webhook import admit
from helpdesk_core.users import User
from helpdesk_core.webhooks import EventState, WebhookEvent

MOST_RECIPIENTS = 100
"""Recipients that are looked at: a mail to more names us near the beginning, or in what its transport wrote down."""


@frozen
class Receivers:
    """Who gets a mail: an organization, and others that get copies of their own."""

    organization: Organization
    author: Address | None = None
    """Who wrote it, where its From is an address of the organization's that passes on what others write."""
    others: tuple[Organization, ...] = ()
    by_staff: bool = False
    """It bears the address of one of the organization's users; whether they wrote it is another question."""


async def receivers_of(
    mail: Mail, domain: MailDomain, view: View, organization_id: OrganizationId | None = None
) -> Receivers | Nothing:
    """Who gets the mail, or why nobody does. With an id, it is that organization's copy."""
    found = await _wanting(mail, domain, view, organization_id)
    if isinstance(found, Nothing):
        return found
    first, *others = found
    read = await _by_its_author(mail, first, domain, view)
    author = read.from_ if read.from_ != mail.from_ else None
    return Receivers(first, author, tuple(others), await staff_of(read, first.id, view) is not None)


async def receiver_of(
    mail: Mail, domain: MailDomain, view: View, organization_id: OrganizationId | None = None
) -> Organization | Nothing:
    """The first organization that gets the mail, or why nobody does."""
    found = await _wanting(mail, domain, view, organization_id)
    return found if isinstance(found, Nothing) else found[0]


async def copies_for_others(
    event: WebhookEvent, others: Sequence[Organization], store: Store, new_id: NewId
) -> None:
    """Keeps an event of its own for every further organization, so that each takes the mail in by itself: what goes
    wrong with one is not tried again with the others. Again: nothing.
    """
    if not others:
        return
    copies = [
        evolve(
            event,
            id=WebhookEventId(new_id()),
            external_id=f"{event.external_id} for {one.slug}",
            organization_id=one.id,
            state=EventState.RECEIVED,
            attempts=0,
            error=None,
        )
        for one in others
    ]

    async def unit(work: Work) -> None:
        await admit(copies, new_id, work)

    await store.transact(unit)


async def staff_of(mail: Mail, organization_id: OrganizationId, view: View) -> User | None:
    """The user of the organization whose address the mail bears; whether they wrote it is another question."""
    user = await view.users.by_email(mail.from_.email.lower()) if mail.from_ is not None else None
    return user if user is not None and user.organization_id == organization_id else None


async def is_own(address: str, organization: Organization, domain: MailDomain, view: View) -> bool:
    """Whether mail to it comes to this organization, or its answers come from there."""
    parts = split_recipient(address)
    bare = f"{parts[0]}@{parts[2]}" if parts else address
    if bare in (domain.address_of(organization).lower(), (organization.mail_from or "").lower()):
        return True
    for provider in RECEIVING:
        account = await view.integrations.by_account(provider, bare)
        if account is not None and account.organization_id == organization.id:
            return True
    return False


def sent_by_itself(organization: Organization, sender: str) -> Nothing:
    """Why mail of the desk and of its users is no customer's."""
    return Nothing(f"Sent by the organization itself ({sender})", organization_id=organization.id)


async def _wanting(
    mail: Mail, domain: MailDomain, view: View, organization_id: OrganizationId | None
) -> Sequence[Organization] | Nothing:
    """Who gets the mail, one that lets the sender in first; else why nobody does."""
    if organization_id is not None:
        named = await view.organizations.get(organization_id)
        receivers = [named] if named is not None else []
    else:
        receivers = await _organizations_of(mail, domain, view)
    refused = _unmatched(mail)
    for one in receivers:  # who keeps the sender out does so for themselves only
        reason = await _refused(mail, one, domain, view)
        if reason is None:
            return [one, *(other for other in receivers if other != one)]
        refused = refused if refused.organization_id is not None else reason
    return refused


async def _organizations_of(mail: Mail, domain: MailDomain, view: View) -> list[Organization]:
    """Those whose addresses are among the recipients, each once, in their order."""
    found: dict[OrganizationId, Organization] = {}
    for recipient in mail.recipients[:MOST_RECIPIENTS]:
        one = await _organization_at(recipient, domain, view)
        if one is not None:
            found.setdefault(one.id, one)
    return list(found.values())


async def _organization_at(recipient: str, domain: MailDomain, view: View) -> Organization | None:
    parts = split_recipient(recipient)
    if parts is None:
        return None
    mailbox, _, host = parts
    if host == domain.name.lower() and (found := await view.organizations.by_slug(mailbox)):
        return found
    for address in dict.fromkeys((recipient.strip().lower(), f"{mailbox}@{host}")):
        for provider in RECEIVING:
            if integration := await view.integrations.by_account(provider, address):
                return await view.organizations.get(integration.organization_id)
    return None


def _unmatched(mail: Mail) -> Nothing:
    told = ", ".join(mail.recipients[:20]) or "(nobody)"
    return Nothing(f"No organization receives mail at {told}", unmatched=True)


async def _by_its_author(mail: Mail, organization: Organization, domain: MailDomain, view: View) -> Mail:
    """The mail under the name of who wrote it, where From is the organization's own: a group or a form sent it."""
    sender, author = mail.from_, author_behind(mail)
    if sender is None or author is None:
        return mail
    if not await is_own(sender.email.lower(), organization, domain, view):
        return mail
    if await is_own(author.email.lower(), organization, domain, view):
        return mail
    return evolve(mail, from_=author)


async def _refused(mail: Mail, organization: Organization, domain: MailDomain, view: View) -> Nothing | None:
    mail = await _by_its_author(mail, organization, domain, view)
    if mail.from_ is None:
        return None
    sender = mail.from_.email.lower()
    if await is_own(sender, organization, domain, view):
        return sent_by_itself(organization, sender)
    rules = await view.blocked_senders.of(organization.id)
    if rule := next((rule for rule in rules if blocks(rule.pattern, sender)), None):
        return Nothing(f"The sender is blocked by {rule.pattern}", organization_id=organization.id)
    customer = await sender_of(mail, organization.id, view)
    if customer is not None and customer.blocked:
        return Nothing("The sender is a blocked customer", organization_id=organization.id)
    return None
