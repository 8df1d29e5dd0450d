"""A mail system reports about a mail of ours.

Only a report that proves what it is about changes anything: it names a Message-ID that the mail had, or comes to an
address that was signed for its ticket; nobody else can know either. Any other report may be forged, to make the desk
write to somebody no more. It is noted, and that is all.
"""

from collections.abc import Sequence
from datetime import timedelta

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.commands import Done, Nothing, Outcome, TakeEmail
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import EMAIL, Contact
from helpdesk_core.delivery_reports import known_ids, meant, recipients_of
from helpdesk_core.email import Bounce
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import TicketId
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import ThreadQuery
from helpdesk_core.ports.store import Work
from helpdesk_core.reply_tokens import bounced_ticket_of, split_recipient
from helpdesk_core.suppression import address_keys
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.mail.keep_mail import attachments_of
from helpdesk_core.use_cases.mail.report_delivery import begun_note, fate_step, put_note, with_words
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket

RECENTLY = timedelta(days=7)
"""A report that proves nothing may be about an answer of so long ago; mail systems give up after five days or so."""
LONGEST_QUOTE = 4_000
"""Characters of a report that its note repeats, where the report itself was not kept."""
UNPROVEN = "The report does not prove that it is about a mail of ours, so nothing was changed."


@frozen
class _About:
    """The answer that a report is about."""

    reply: Conversation
    proven: bool


async def bounce_step(
    command: TakeEmail, organization: Organization, work: Work, occasion: Occasion, domain: MailDomain
) -> Outcome | None:
    """The step: the report becomes a note on its answer's ticket, with the report itself, and has its effects.

    None where the mail is no report, or one about no mail of ours: then it is a mail like any other, unless it came to
    an address that is for reports alone. The same again, or one that says nothing new, changes nothing.
    """
    bounce = command.words.bounce
    if bounce is None:
        return None
    about = await _about(bounce, command, organization, work, domain)
    if about is None and not _came_to_reports(command, organization, domain):
        return None
    if about is None:
        return Nothing("It reports about no mail that is known here.", organization_id=organization.id)
    reply = about.reply
    nothing_new = Nothing(
        "It reports what is known already.", organization_id=organization.id, conversation_id=reply.id
    )
    name = command.external_id or (command.mail.message_id and f"report:{command.mail.message_id}")
    if name and await work.conversations.by_external_id(organization.id, Channel.EMAIL, name):
        return nothing_new
    ticket = await existing_ticket(organization.id, reply.ticket_id, work)
    note, files = _note(command, name or None, ticket, occasion)
    them = meant(reply.mail, bounce.recipients)
    if about.proven:
        if await fate_step(reply, bounce.fate, them, work, occasion, note) is None:
            return nothing_new
    else:
        words = with_words(evolve(note, warnings=(UNPROVEN,)), bounce.fate, them)
        await put_note(words, ticket, work, occasion, reopens=False)
    for file in files:
        await work.attachments.add(file)
    return Done(organization.id, ticket.id, note.id)


async def _about(
    bounce: Bounce, command: TakeEmail, organization: Organization, work: Work, domain: MailDomain
) -> _About | None:
    found = await _by_message_id(bounce, organization, work)
    if found is None:
        found = await _by_token(bounce, command, organization, work, domain)
    if found is not None:
        return _About(found, proven=True)
    recent = await _by_recipient(bounce, command, organization, work)
    return _About(recent, proven=False) if recent is not None else None


async def _by_message_id(bounce: Bounce, organization: Organization, work: Work) -> Conversation | None:
    for message_id in bounce.message_ids:
        found = await work.conversations.by_message_id(organization.id, message_id)
        if found is not None and _left_by_mail(found):
            return found
    return await _by_given_id(bounce, organization, work)


async def _by_given_id(bounce: Bounce, organization: Organization, work: Work) -> Conversation | None:
    """By an id that a provider gave the answer: threading knows its ticket, and the answer knows the id."""
    if not bounce.message_ids:
        return None
    evidence = await work.threads.evidence(organization.id, ThreadQuery(ids=bounce.message_ids))
    for tickets in evidence.by_mention.values():
        for ticket in tickets:
            for reply in await _answers_on(ticket.ticket_id, organization, work):
                if not set(bounce.message_ids).isdisjoint(known_ids(reply)):
                    return reply
    return None


async def _by_token(
    bounce: Bounce, command: TakeEmail, organization: Organization, work: Work, domain: MailDomain
) -> Conversation | None:
    """The newest answer of the proven ticket to somebody whom the report names, or else to anybody."""
    for recipient in command.mail.recipients:
        parts = split_recipient(recipient)
        number = bounced_ticket_of(parts[1] or "", organization.id, domain.keys) if parts else None
        ticket = await work.tickets.by_number(organization.id, number) if number is not None else None
        if ticket is None:
            continue
        whole = await existing_ticket(organization.id, ticket.id, work)
        answers = await _answers_on(whole.id, organization, work)
        named = {*address_keys(one.email for one in bounce.recipients)}
        theirs = [reply for reply in answers if not named.isdisjoint(recipients_of(reply.mail))]
        if theirs or answers:
            return (theirs or answers)[-1]
    return None


async def _by_recipient(
    bounce: Bounce, command: TakeEmail, organization: Organization, work: Work
) -> Conversation | None:
    """The newest answer of late to a customer whom the report names."""
    since = command.received_at - RECENTLY
    for address in address_keys(one.email for one in bounce.recipients[:5]):
        customer = await work.customers.by_contact(organization.id, Contact(EMAIL, address))
        if customer is None:
            continue
        page = Page(limit=10, sort="-created_at")
        for ticket in (await work.belongings.tickets(organization.id, customer.id, page)).items:
            answers = await _answers_on(ticket.id, organization, work)
            late = [one for one in answers if one.created_at > since and address in recipients_of(one.mail)]
            if late:
                return late[-1]
    return None


async def _answers_on(ticket_id: TicketId, organization: Organization, work: Work) -> Sequence[Conversation]:
    """The newest answers of the ticket that left by mail, the oldest of them first."""
    found = await work.conversations.of_tickets(organization.id, [ticket_id])
    return [message for message in found.get(ticket_id, ()) if _left_by_mail(message)]


def _left_by_mail(message: Conversation) -> bool:
    return message.kind is Kind.REPLY and message.delivery is not None and bool(recipients_of(message.mail))


def _came_to_reports(command: TakeEmail, organization: Organization, domain: MailDomain) -> bool:
    """Whether it came to an address to which nothing but reports come."""
    for recipient in command.mail.recipients:
        parts = split_recipient(recipient)
        if parts and bounced_ticket_of(parts[1] or "", organization.id, domain.keys) is not None:
            return True
    return False


def _note(
    command: TakeEmail, name: str | None, ticket: Ticket, occasion: Occasion
) -> tuple[Conversation, Sequence[Attachment]]:
    """A note with the report and its files beside it; with its words in it, where the report itself was not kept."""
    note = begun_note(ticket, occasion)
    files = attachments_of(command.files, ticket, note.id, occasion)
    original = attachments_of([command.raw] if command.raw else [], ticket, note.id, occasion)
    note = evolve(
        note,
        content_text="" if original else command.mail.text[:LONGEST_QUOTE],
        external_id=name,
        attachment_ids=tuple(file.id for file in files),
        raw_id=original[0].id if original else None,
        metadata={"nature": command.words.nature.value},
    )
    return note, (*files, *original)
