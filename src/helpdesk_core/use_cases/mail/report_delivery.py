"""A provider, or a mail system, tells what became of an answer."""

from collections.abc import Sequence
from uuid import UUID

from attrs import evolve

from helpdesk_core.commands import DeliveryReported, Done, Nothing, Outcome
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    Kind,
    MailHeaders,
)
from helpdesk_core.delivery_reports import (
    FATES,
    Reported,
    meant,
    recipients_of,
    sentence,
    with_arrival,
    with_fates,
    with_id,
)
from helpdesk_core.email import Fate, Undelivered
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.ports.store import Work
from helpdesk_core.richtext import document_from_text, html_of, text_of
from helpdesk_core.sendings import never_left
from helpdesk_core.suppression import SuppressedAddress, SuppressionReason, address_key
from helpdesk_core.tickets import Channel, Status, Ticket, with_note, with_status
from helpdesk_core.use_cases.mail.suppress_addresses import suppress_step
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.keep_message import keep_message

REPORTER = Author(AuthorType.SYSTEM, None, "Mail delivery", AuthorRole.SYSTEM)
WAITING = frozenset({Status.PENDING, Status.RESOLVED})
"""States in which nobody looks at a ticket until the customer writes."""


async def report_step(command: DeliveryReported, work: Work, occasion: Occasion) -> Outcome:
    """The step: the answer's delivery moves on, never back, and the id that it bears outside is learnt.

    The same report again, or one that came late, changes nothing. The provider names the answer by what we gave along
    with it, so a report may come before the provider's own id of the mail is known here.
    """
    reply = await _reported_on(command, work)
    if reply is None:
        return Nothing(f"{command.provider_id or 'It'} is no mail that this desk sent.", unmatched=True)
    done = Done(reply.organization_id, reply.ticket_id, reply.id)
    if reply.external_id not in (None, command.provider_id):
        return Nothing("It is about an earlier sending of the answer.", organization_id=reply.organization_id)
    if command.message_id is not None:
        reply = await learn_id(reply, command.message_id, work)
    fate = FATES.get(command.what)
    if fate is not None:
        them = meant(reply.mail, _named(command, reply))
        await fate_step(reply, fate, them, work, occasion)
        return done
    moved = reply
    if command.what is Reported.DELIVERED:
        moved = with_arrival(reply)
    elif command.what is Reported.NOT_SENT:
        moved = never_left(reply, command.reason)
    if moved != reply:
        await work.conversations.replace(moved)
        await tell_delivery(moved, work, occasion)
    return done


async def fate_step(
    reply: Conversation,
    fate: Fate,
    them: Sequence[Undelivered],
    work: Work,
    occasion: Occasion,
    report: Conversation | None = None,
) -> Conversation | None:
    """The step: what a report means for the answer, its ticket and its recipients; None where it says nothing new.

    The agents read of it in a note; `report` is one that is begun already. A ticket that waits for its customer is
    opened again where the answer did not reach them. Whose mailbox is gone, and who complains, gets no more mail.
    """
    moved = with_fates(reply, fate, them)
    if moved == reply:
        return None
    await work.conversations.replace(moved)
    await tell_delivery(moved, work, occasion)
    stopped = [
        await suppress_step(reply.organization_id, one.email, reason, one.reason, reply.id, work, occasion)
        for one in them
        if (reason := _suppressing(fate, one)) is not None and address_key(one.email) == one.email
    ]
    if fate is Fate.DELAYED and report is None:
        return moved
    ticket = await existing_ticket(reply.organization_id, reply.ticket_id, work)
    theirs = {address_key(address) for address in reply.mail.to}
    lost = fate is Fate.FAILED and any(not one.email or one.email in theirs for one in them)
    note = report or begun_note(ticket, occasion)
    await put_note(with_words(note, fate, them, stopped), ticket, work, occasion, reopens=lost)
    return moved


def begun_note(ticket: Ticket, occasion: Occasion) -> Conversation:
    """A note about a delivery, without its words."""
    empty = document_from_text("")
    return Conversation(
        id=ConversationId(occasion.new_id()),
        organization_id=ticket.organization_id,
        ticket_id=ticket.id,
        kind=Kind.NOTE,
        channel=Channel.EMAIL,
        author=REPORTER,
        content=empty,
        content_text="",
        content_html="",
        created_at=occasion.at,
        mail=MailHeaders(),
    )


def with_words(
    note: Conversation, fate: Fate, them: Sequence[Undelivered], stopped: Sequence[SuppressedAddress] = ()
) -> Conversation:
    """The note, beginning with what happened to whom."""
    lines = [sentence(fate, them)]
    if stopped:
        addresses = ", ".join(one.address for one in stopped)
        lines.append(f"Nothing more is sent to {addresses} until that is lifted under suppressed addresses.")
    if note.content_text:
        lines.append(note.content_text)
    content = document_from_text("\n\n".join(lines))
    return evolve(note, content=content, content_text=text_of(content), content_html=html_of(content))


async def put_note(
    note: Conversation, ticket: Ticket, work: Work, occasion: Occasion, *, reopens: bool
) -> None:
    """The step: the note joins its ticket; it is nobody's answer, so nothing counts as answered by it."""
    moved = with_note(ticket, note.created_at)
    if reopens and ticket.status in WAITING:
        moved = with_status(moved, Status.OPEN, occasion.at)
    await keep_message(note, ticket, moved, work, occasion)


async def tell_delivery(reply: Conversation, work: Work, occasion: Occasion) -> None:
    """The step: the log hears how the answer stands. Why is for those who may read the answer: it names people."""
    state = reply.delivery.state if reply.delivery else DeliveryState.QUEUED
    data = {"ticket_id": str(reply.ticket_id), "state": state.value}
    await work.log.append(occasion.event(reply.organization_id, "conversation.delivery", reply.id, data))


async def learn_id(reply: Conversation, message_id: str, work: Work) -> Conversation:
    """The step: answers and reports that quote this id, which a provider gave the mail, find its ticket."""
    known = with_id(reply, message_id)
    if known != reply:
        await work.conversations.replace(known)
        await work.threads.remember(reply.organization_id, reply.ticket_id, (message_id,), None)
    return known


async def _reported_on(command: DeliveryReported, work: Work) -> Conversation | None:
    organization_id, conversation_id = _id(command.organization), _id(command.conversation)
    if organization_id is None or conversation_id is None:
        return None
    found = await work.conversations.get(OrganizationId(organization_id), ConversationId(conversation_id))
    if found is None or found.kind is not Kind.REPLY or found.delivery is None:
        return None
    return found


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _named(command: DeliveryReported, reply: Conversation) -> tuple[Undelivered, ...]:
    """Whom the report is about. Providers name all recipients of a mail, whomever of them it is about: whose address is
    gone is certain only where there is but one.
    """
    alone = len(command.recipients) == 1 and len(recipients_of(reply.mail)) == 1
    return tuple(
        Undelivered(email, command.reason, None, permanent=command.permanent and alone)
        for email in command.recipients
    )


def _suppressing(fate: Fate, one: Undelivered) -> SuppressionReason | None:
    if fate is Fate.COMPLAINED:
        return SuppressionReason.COMPLAINED
    return SuppressionReason.BOUNCED if fate is Fate.FAILED and one.permanent else None
