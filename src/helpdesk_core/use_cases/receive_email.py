"""A mail arrives: whose is it, is it wanted, where does it belong?

The six steps of the specification in order: the organization from the recipient, the desk's own mail out, blocked
senders out, the ticket by thread, the conversation, the attachments.
"""

from collections.abc import Mapping
from functools import partial

from attrs import evolve, field, frozen

from helpdesk_core.blocked_senders import blocks
from helpdesk_core.commands import Command, Done, FetchEmail, Nothing, Outcome, TakeEmail
from helpdesk_core.conversations import Conversation
from helpdesk_core.email import Mail, parse_mail
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId
from helpdesk_core.integrations import RECEIVING
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mail import MailSource
from helpdesk_core.ports.offload import Offload
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.quarantine import CARE, Care
from helpdesk_core.reply_tokens import split_recipient, ticket_number_of
from helpdesk_core.subjects import subject_key, ticket_number_in
from helpdesk_core.threads import REPLY_WINDOW, Evidence, Joins, Letter, place, quoted_ids
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.acknowledge_ticket import acknowledge_step
from helpdesk_core.use_cases.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.find_ticket import existing_ticket
from helpdesk_core.use_cases.hold_mail import held_step, own_copy, staff_of
from helpdesk_core.use_cases.keep_mail import complete_mail, keep_mail, seen_before
from helpdesk_core.use_cases.know_customer import new_sender, sender_of
from helpdesk_core.use_cases.merge_tickets import merge_step
from helpdesk_core.use_cases.prepare_mail import PrepareMail
from helpdesk_core.use_cases.suppress_addresses import release_sender
from helpdesk_core.use_cases.take_bounce import bounce_step
from helpdesk_core.users import DESK
from helpdesk_core.webhooks import WebhookEvent


@frozen
class ReceiveEmail:
    """Takes a raw RFC 5322 message in: whatever its bytes are, it becomes part of a ticket or is left out for a reason.

    Returns what became of it. The same message again (by Message-ID and sender) changes nothing.
    """

    store: Store
    prepare: PrepareMail
    offload: Offload
    domain: MailDomain
    clock: Clock
    new_id: NewId
    care: Care = CARE

    async def __call__(self, raw: bytes, recipients: tuple[str, ...] = ()) -> Outcome:
        """`recipients` are the envelope's, where they are known; they win over those in the headers."""
        mail = await self.offload(parse_mail, raw)
        mail = evolve(mail, recipients=recipients) if recipients else mail
        target = await self.store.read(partial(screen, mail, self.domain))
        if isinstance(target, Nothing):
            return target
        command = await self.prepare(mail, target, self.clock(), raw=raw)
        occasion = Occasion(self.clock(), self.new_id, DESK)
        return await self.store.transact(
            lambda work: take_email(command, work, occasion, domain=self.domain, care=self.care)
        )


@frozen
class CompleteEmail:
    """Fetches a mail of which only the envelope is known; mail nobody here wants is not fetched."""

    store: Store
    prepare: PrepareMail
    domain: MailDomain
    sources: Mapping[str, MailSource] = field(factory=dict)

    async def complete(self, command: FetchEmail, event: WebhookEvent) -> Command:
        target = await self.store.read(partial(screen, command.envelope, self.domain))
        if isinstance(target, Nothing):
            return target
        mail = await self.sources[command.source].fetch(command.external_id, command.envelope)
        return await self.prepare(mail, target, event.received_at, command.external_id)

    async def fall_back(self, command: FetchEmail, event: WebhookEvent, reason: str) -> Command | None:
        """The ticket from the envelope alone, with a warning; a later replay completes it."""
        target = await self.store.read(partial(screen, command.envelope, self.domain))
        if isinstance(target, Nothing):
            return target
        bare = await self.prepare(command.envelope, target, event.received_at, command.external_id)
        return evolve(bare, incomplete=f"Not fetched: {reason}")


async def screen(mail: Mail, domain: MailDomain, view: View) -> Organization | Nothing:
    """Steps one to three: the organization that gets the mail, or why nobody does."""
    organization = await _organization_of(mail, domain, view)
    if organization is None:
        return Nothing(
            "No organization receives mail at " + (", ".join(mail.recipients) or "(nobody)"), unmatched=True
        )
    if mail.from_ is None:
        return organization
    sender = mail.from_.email.lower()
    if await _is_own(sender, organization, domain, view):
        return Nothing(f"Sent by the organization itself ({sender})", organization_id=organization.id)
    rules = await view.blocked_senders.of(organization.id)
    if rule := next((rule for rule in rules if blocks(rule.pattern, sender)), None):
        return Nothing(f"The sender is blocked by {rule.pattern}", organization_id=organization.id)
    customer = await sender_of(mail, organization.id, view)
    if customer is not None and customer.blocked:
        return Nothing("The sender is a blocked customer", organization_id=organization.id)
    return organization


async def take_email(
    command: TakeEmail, work: Work, occasion: Occasion, *, domain: MailDomain, care: Care = CARE
) -> Outcome:
    """The step: all six steps of the specification in one unit of work."""
    organization = await screen(command.mail, domain, work)
    if isinstance(organization, Nothing):
        return organization
    return await admit_step(command, organization, work, occasion, domain=domain, care=care)


async def admit_step(
    command: TakeEmail,
    organization: Organization,
    work: Work,
    occasion: Occasion,
    *,
    domain: MailDomain,
    care: Care | None,
) -> Outcome:
    """The step: the mail becomes part of a ticket of the organization, or waits in quarantine.

    No `care`: somebody has looked at it, and wants it as it is.
    """
    seen = await seen_before(command, organization.id, work)
    if seen is not None and seen.metadata.get("incomplete") and command.incomplete is None:
        return await complete_mail(seen, command, letter_of(command, organization, domain), work, occasion)
    if seen is not None:
        return Nothing(
            f"Already received as conversation {seen.id}",
            organization_id=organization.id,
            conversation_id=seen.id,
        )
    reported = await bounce_step(command, organization, work, occasion, domain)
    if reported is not None:
        return reported
    await release_sender(command, organization.id, work, occasion)
    if care is not None and (held := await _kept_out(command, organization, care, work, occasion, domain)):
        return held
    conversation = await _place(command, organization, work, occasion, domain)
    return Done(organization.id, conversation.ticket_id, conversation.id)


async def _kept_out(
    command: TakeEmail,
    organization: Organization,
    care: Care,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
) -> Nothing | None:
    """Why it is taken in no further: it is the desk's own, or somebody has to look at it first."""
    if (own := await own_copy(command.mail, organization, domain, work)) is not None:
        return own
    staff = await staff_of(command.mail, organization.id, work)
    held = await held_step(command, organization, staff, care, work, occasion)
    if held is None and staff is not None:
        return Nothing(
            f"Sent by the organization itself ({staff.email})", organization_id=organization.id
        )
    return held


async def _place(
    command: TakeEmail, organization: Organization, work: Work, occasion: Occasion, domain: MailDomain
) -> Conversation:
    mail = command.mail
    sender = await sender_of(mail, organization.id, work)
    letter = evolve(letter_of(command, organization, domain), customer_id=sender.id if sender else None)
    placement = place(letter, await _evidence(letter, organization, work))
    customer = sender or await new_sender(mail, organization.id, work, occasion)
    if isinstance(placement, Joins):
        ticket = await existing_ticket(organization.id, placement.ticket_id, work)
        for other in placement.merges:
            ticket = await merge_step(
                await existing_ticket(organization.id, other, work), ticket, work, occasion
            )
        warnings = ("The sender is new in this conversation.",) if placement.newcomer else ()
        return await keep_mail(command, letter, customer, ticket, work, occasion, warnings)
    opening = Opening(subject=mail.subject, channel=Channel.EMAIL, follows_id=placement.follows)
    ticket = await open_step(opening, customer, work, occasion)
    message = await keep_mail(command, letter, customer, ticket, work, occasion)
    if command.incomplete is None:
        nature = command.words.nature
        await acknowledge_step(message, organization, nature, mail.date, work, occasion, domain)
    return message


def letter_of(command: TakeEmail, organization: Organization, domain: MailDomain) -> Letter:
    """What placing needs to know of the mail, but for its sender."""
    mail = command.mail
    return Letter(
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        subject=mail.subject,
        customer_id=None,
        ticket_number=_proven_number(mail, organization, domain),
        at=command.received_at,
    )


async def _evidence(letter: Letter, organization: Organization, work: Work) -> Evidence:
    return await work.threads.evidence(
        organization.id,
        ThreadQuery(
            ids=quoted_ids(letter),
            token_number=letter.ticket_number,
            subject_number=ticket_number_in(letter.subject),
            customer_id=letter.customer_id,
            subject_key=subject_key(letter.subject),
            since=letter.at - REPLY_WINDOW,
        ),
    )


async def _organization_of(mail: Mail, domain: MailDomain, view: View) -> Organization | None:
    for recipient in mail.recipients:
        parts = split_recipient(recipient)
        if parts is None:
            continue
        mailbox, _, host = parts
        if host == domain.name.lower() and (found := await view.organizations.by_slug(mailbox)):
            return found
        for address in (recipient.strip().lower(), f"{mailbox}@{host}"):
            for provider in RECEIVING:
                if integration := await view.integrations.by_account(provider, address):
                    return await view.organizations.get(integration.organization_id)
    return None


async def _is_own(sender: str, organization: Organization, domain: MailDomain, view: View) -> bool:
    parts = split_recipient(sender)
    bare = f"{parts[0]}@{parts[2]}" if parts else sender
    if bare in (domain.address_of(organization).lower(), (organization.mail_from or "").lower()):
        return True
    for provider in RECEIVING:
        account = await view.integrations.by_account(provider, bare)
        if account is not None and account.organization_id == organization.id:
            return True
    return False


def _proven_number(mail: Mail, organization: Organization, domain: MailDomain) -> int | None:
    for recipient in mail.recipients:
        parts = split_recipient(recipient)
        if parts is None or parts[1] is None:
            continue
        number = ticket_number_of(parts[1], organization.id, domain.keys)
        if number is not None:
            return number
    return None
