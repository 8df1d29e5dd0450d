"""A mail is put where it belongs: on the ticket that it goes on with, or on one that it opens."""

from attrs import evolve

from helpdesk_core.commands import TakeEmail
from helpdesk_core.conversations import Conversation
from helpdesk_core.customers import Customer
from helpdesk_core.email import Mail
from helpdesk_core.event_log import Occasion
from helpdesk_core.message_ids import thread_id
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.ports.store import Work
from helpdesk_core.reply_tokens import split_recipient, ticket_number_of
from helpdesk_core.subjects import subject_key, ticket_number_in
from helpdesk_core.threads import REPLY_WINDOW, Evidence, Joins, Letter, Opens, place, quoted_ids
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.customers.know_customer import new_sender, sender_of
from helpdesk_core.use_cases.mail.acknowledge_ticket import acknowledge_step
from helpdesk_core.use_cases.mail.find_followers import BY_NEWCOMER, copied_in, following
from helpdesk_core.use_cases.mail.keep_mail import keep_mail
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.merge_tickets import merge_step

NEWCOMER = "The sender is new in this conversation."


async def place_step(
    command: TakeEmail,
    organization: Organization,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
    *,
    copying: bool = True,
) -> Conversation:
    """The step: the mail becomes a message of its ticket, and whoever is copied in on it follows that.

    Not `copying`: nobody does, since nothing proves who has sent it. Of a mail that a check speaks against nobody does
    either, and the ticket that it opens is not acknowledged.
    """
    sender = await sender_of(command.mail, organization.id, work)
    letter = letter_to_place(command, organization, domain)
    letter = evolve(letter, customer_id=sender.id if sender else None)
    placement = place(letter, await _evidence(letter, organization, work))
    language = command.words.language
    customer = sender or await new_sender(command.mail, organization.id, language, work, occasion)
    believed = copying and not command.authentication.speaks_against
    copied = await copied_in(command, customer, organization, domain, work) if believed else ()
    if isinstance(placement, Joins):
        ticket = await _joined(placement, organization, work, occasion)
        owner = await work.customers.get(organization.id, ticket.customer_id)
        warnings, followers = _heard_by(ticket, placement, customer, owner, copied)
        return await keep_mail(command, letter, customer, ticket, work, occasion, warnings, followers)
    return await _opened(command, letter, placement, customer, copied, organization, work, occasion, domain)


def letter_to_place(command: TakeEmail, organization: Organization, domain: MailDomain) -> Letter:
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


async def _joined(placement: Joins, organization: Organization, work: Work, occasion: Occasion) -> Ticket:
    ticket = await existing_ticket(organization.id, placement.ticket_id, work)
    for other in placement.merges:
        ticket = await merge_step(await existing_ticket(organization.id, other, work), ticket, work, occasion)
    return ticket


def _heard_by(
    ticket: Ticket, placement: Joins, customer: Customer, owner: Customer | None, copied: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What an agent is to be warned of, and who follows the ticket from now on. A newcomer adds nobody."""
    known = owner.emails if owner is not None else ()
    followers = following(ticket, [one for one in copied if one not in known])
    if not placement.newcomer or any(one in ticket.followers for one in customer.emails):
        return (), followers
    if followers == ticket.followers:
        return (NEWCOMER,), followers
    return (NEWCOMER, BY_NEWCOMER), ticket.followers


async def _opened(
    command: TakeEmail,
    letter: Letter,
    placement: Opens,
    customer: Customer,
    copied: tuple[str, ...],
    organization: Organization,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
) -> Conversation:
    opening = Opening(
        subject=command.mail.subject,
        channel=Channel.EMAIL,
        follows_id=placement.follows,
        language=command.words.language,
    )
    ticket = await open_step(opening, customer, work, occasion)
    followers = following(ticket, copied)
    message = await keep_mail(command, letter, customer, ticket, work, occasion, followers=followers)
    if command.incomplete is None and not command.authentication.speaks_against:
        nature, written = command.words.nature, command.mail.date
        await acknowledge_step(message, organization, nature, written, work, occasion, domain)
    return message


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
