"""A mail arrives: whose is it, is it wanted, where does it belong?

The six steps of the specification in order: the organization from the recipient, the desk's own mail out, blocked
senders out, the ticket by thread, the conversation, the attachments.
"""

from collections.abc import Mapping
from functools import partial

from attrs import evolve, field, frozen

from helpdesk_core.commands import Command, Done, FetchEmail, Nothing, Outcome, PassedOn, TakeEmail
from helpdesk_core.conversations import Conversation
from helpdesk_core.email import Mail, parse_mail
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId
from helpdesk_core.message_ids import thread_id
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mail import MailSource
from helpdesk_core.ports.offload import Offload
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.quarantine import CARE, Care
from helpdesk_core.reply_tokens import split_recipient, ticket_number_of
from helpdesk_core.subjects import subject_key, ticket_number_in
from helpdesk_core.threads import REPLY_WINDOW, Evidence, Joins, Letter, place, quoted_ids
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.acknowledge_ticket import acknowledge_step
from helpdesk_core.use_cases.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.find_followers import BY_NEWCOMER, copied_in, following
from helpdesk_core.use_cases.find_ticket import existing_ticket
from helpdesk_core.use_cases.hold_mail import hold_step, own_copy, staff_of
from helpdesk_core.use_cases.keep_mail import complete_mail, keep_mail, seen_before
from helpdesk_core.use_cases.know_customer import new_sender, sender_of
from helpdesk_core.use_cases.merge_tickets import merge_step
from helpdesk_core.use_cases.prepare_mail import PrepareMail
from helpdesk_core.use_cases.suppress_addresses import release_sender
from helpdesk_core.use_cases.take_bounce import bounce_step
from helpdesk_core.use_cases.take_forward import forward_step
from helpdesk_core.use_cases.find_receivers import Receivers, copies_for_others, receiver_of, receivers_of
from helpdesk_core.users import DESK, User
from helpdesk_core.webhooks import WebhookEvent


@frozen
class ReceiveEmail:
    """Takes a raw RFC 5322 message in: whatever its bytes are, it becomes part of a ticket or is left out for a reason.

    Returns what became of it: with the first organization that it is for, where it is for several. The same message
    again (by Message-ID and sender) changes nothing.
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
        target = await self.store.read(partial(receivers_of, mail, self.domain))
        if isinstance(target, Nothing):
            return target
        outcome = await self._take(mail, target, raw)
        for other in target.others:
            also = await self.store.read(partial(receivers_of, mail, self.domain, organization_id=other.id))
            if not isinstance(also, Nothing):
                await self._take(mail, also, raw)
        return outcome

    async def _take(self, mail: Mail, target: Receivers, raw: bytes) -> Outcome:
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
    new_id: NewId
    sources: Mapping[str, MailSource] = field(factory=dict)

    async def complete(self, command: FetchEmail, event: WebhookEvent) -> Command:
        target = await self._receivers(command, event)
        if isinstance(target, Nothing):
            return target
        await copies_for_others(event, target.others, self.store, self.new_id)
        mail = await self.sources[command.source].fetch(command.external_id, command.envelope)
        return await self.prepare(mail, target, event.received_at, command.external_id)

    async def fall_back(self, command: FetchEmail, event: WebhookEvent, reason: str) -> Command | None:
        """The ticket from the envelope alone, with a warning; a later replay completes it."""
        target = await self._receivers(command, event)
        if isinstance(target, Nothing):
            return target
        bare = await self.prepare(command.envelope, target, event.received_at, command.external_id)
        return evolve(bare, incomplete=f"Not fetched: {reason}")

    async def _receivers(self, command: FetchEmail, event: WebhookEvent) -> Receivers | Nothing:
        whose = event.organization_id
        return await self.store.read(
            partial(receivers_of, command.envelope, self.domain, organization_id=whose)
        )


async def take_email(
    command: TakeEmail, work: Work, occasion: Occasion, *, domain: MailDomain, care: Care = CARE
) -> Outcome:
    """The step: all six steps of the specification in one unit of work."""
    organization = await receiver_of(command.mail, domain, work, command.organization_id)
    if isinstance(organization, Nothing):
        return organization
    return await take_in_step(command, organization, work, occasion, domain=domain, care=care)


async def take_in_step(
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
    if care is not None and (held := await _kept_out(command, organization, care, work, occasion, domain)):
        return held
    await release_sender(command, organization.id, work, occasion)
    if command.passed_on is not None:
        staff = await staff_of(command.mail, organization.id, work)
        if staff is not None:
            return await _take_forward(command, command.passed_on, staff, organization, work, occasion, domain)
    conversation = await _place(command, organization, work, occasion, domain)
    whole = command.raw is not None
    return Done(organization.id, conversation.ticket_id, conversation.id, kept_whole=whole)


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
    is_forward = command.passed_on is not None
    held = await hold_step(command, organization, staff, care, work, occasion, forwards=is_forward)
    if held is None and staff is not None and not is_forward:
        return Nothing(
            f"Sent by the organization itself ({staff.email})", organization_id=organization.id
        )
    return held


async def _take_forward(
    command: TakeEmail,
    passed_on: PassedOn,
    staff: User,
    organization: Organization,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
) -> Outcome:
    refused = await receiver_of(passed_on.mail, domain, work, organization.id)
    if isinstance(refused, Nothing):
        return refused
    if (colleague := await staff_of(passed_on.mail, organization.id, work)) is not None:
        reason = f"Sent by the organization itself ({colleague.email}), and passed on"
        return Nothing(reason, organization_id=organization.id)

    copying = command.authentication.proves(staff.email)  # else anybody could have copies of a ticket sent to them

    async def put(inner: TakeEmail) -> Conversation:
        return await _place(inner, organization, work, occasion, domain, copying=copying)

    return await forward_step(command, passed_on, staff, organization.id, put, work, occasion)


async def _place(
    command: TakeEmail,
    organization: Organization,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
    *,
    copying: bool = True,
) -> Conversation:
    mail = command.mail
    sender = await sender_of(mail, organization.id, work)
    letter = evolve(letter_of(command, organization, domain), customer_id=sender.id if sender else None)
    placement = place(letter, await _evidence(letter, organization, work))
    customer = sender or await new_sender(mail, organization.id, work, occasion)
    believed = copying and not command.authentication.speaks_against
    copied = await copied_in(command, customer, organization, domain, work) if believed else ()
    if isinstance(placement, Joins):
        ticket = await existing_ticket(organization.id, placement.ticket_id, work)
        for other in placement.merges:
            ticket = await merge_step(
                await existing_ticket(organization.id, other, work), ticket, work, occasion
            )
        newcomer = placement.newcomer and not any(one in ticket.followers for one in customer.emails)
        warnings = ("The sender is new in this conversation.",) if newcomer else ()
        owner = await work.customers.get(organization.id, ticket.customer_id)
        known = owner.emails if owner is not None else ()
        followers = following(ticket, [one for one in copied if one not in known])
        if newcomer and followers != ticket.followers:
            warnings, followers = (*warnings, BY_NEWCOMER), ticket.followers
        return await keep_mail(command, letter, customer, ticket, work, occasion, warnings, followers)
    opening = Opening(subject=mail.subject, channel=Channel.EMAIL, follows_id=placement.follows)
    ticket = await open_step(opening, customer, work, occasion)
    followers = following(ticket, copied)
    message = await keep_mail(command, letter, customer, ticket, work, occasion, followers=followers)
    if command.incomplete is None and not command.authentication.speaks_against:
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
        conversation=thread_id(mail.headers.get("thread-index")),
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


def _proven_number(mail: Mail, organization: Organization, domain: MailDomain) -> int | None:
    for recipient in mail.recipients:
        parts = split_recipient(recipient)
        if parts is None or parts[1] is None:
            continue
        number = ticket_number_of(parts[1], organization.id, domain.keys)
        if number is not None:
            return number
    return None
