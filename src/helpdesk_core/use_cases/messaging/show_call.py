"""The message that shows a call follows what is known of it."""

from datetime import datetime

from attrs import evolve

from helpdesk_core import call_reading
from helpdesk_core.call_messages import marks_of, text_of, ticket_marks_of
from helpdesk_core.calls import Call
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
)
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId
from helpdesk_core.messages import MARKS, NAMES
from helpdesk_core.ports.store import Work
from helpdesk_core.richtext import document_from_text, html_of
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.automation.keep_sla import clocks_moved
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.merge_tickets import merge_step
from helpdesk_core.use_cases.tickets.post_conversation import customer_author
from helpdesk_core.use_cases.tickets.tell_changes import changes_told


def new_message(call: Call, ticket: Ticket, customer: Customer, occasion: Occasion) -> Conversation:
    """The message of a call that is shown for the first time."""
    blank = Conversation(
        id=ConversationId(occasion.new_id()),
        organization_id=ticket.organization_id,
        ticket_id=ticket.id,
        kind=Kind.REPLY if call_reading.is_ours(call) else Kind.INBOUND,
        channel=ticket.channel,
        author=customer_author(customer),
        content={},
        content_text="",
        content_html="",
        created_at=occasion.at,
    )
    return _showing(call, blank, occasion.at)


async def show_step(call: Call, message: Conversation, work: Work, occasion: Occasion) -> Conversation:
    """The step: message and ticket as they are after all that is known; nothing where that is nothing new.

    A message that was redacted stays as it is.
    """
    shown = _showing(call, message, occasion.at) if message.redacted_at is None else message
    if shown != message:
        await work.conversations.replace(shown)
        data = {"ticket_id": str(shown.ticket_id)}
        await work.log.append(occasion.event(shown.organization_id, "conversation.updated", shown.id, data))
    ticket = await existing_ticket(shown.organization_id, shown.ticket_id, work)
    moved = with_call(ticket, call, shown, occasion.at)
    if moved != ticket and shown.redacted_at is None:
        kept = await clocks_moved(ticket, evolve(moved, version=ticket.version + 1), work, occasion)
        await work.tickets.replace(kept)
        await work.log.append(*changes_told(ticket, kept, occasion))
    return shown


def with_call(ticket: Ticket, call: Call, message: Conversation, now: datetime) -> Ticket:
    """The ticket as the call leaves it: noted on it, and answered where somebody spoke with the customer.

    Where there is nothing on it but the call, its times are the call's; it does not matter which word came first.
    """
    since = message.created_at if call_reading.is_ours(call) else call_reading.connected_at(call)
    alone = ticket.message_count == 1
    answers = [at for at in (since, None if alone else ticket.first_response_at) if at is not None]
    moved = evolve(
        ticket,
        metadata={**ticket.metadata, **ticket_marks_of(call)},
        created_at=min(ticket.created_at, message.created_at),
        last_message_at=message.created_at if alone else ticket.last_message_at,
        first_response_at=min(answers, default=None),
    )
    return moved if moved == ticket else evolve(moved, updated_at=max(now, ticket.updated_at))


async def fold_step(other: Conversation, into: Conversation, work: Work, occasion: Occasion) -> None:
    """The step: two messages were of one call: the other one goes, and its ticket becomes one with the call's."""
    ticket = await existing_ticket(other.organization_id, other.ticket_id, work)
    target = await existing_ticket(into.organization_id, into.ticket_id, work)
    await work.conversations.remove(other.organization_id, other.id)
    fewer = evolve(ticket, message_count=ticket.message_count - 1, version=ticket.version + 1)
    await work.tickets.replace(fewer)
    await merge_step(fewer, fewer if target.id == fewer.id else target, work, occasion)


def _showing(call: Call, message: Conversation, now: datetime) -> Conversation:
    text = text_of(call)
    content = document_from_text(text)
    ours = message.kind is Kind.REPLY
    return evolve(
        message,
        external_id=call.external_id,
        author=_us(call) if ours else message.author,
        created_at=min(call_reading.began_at(call), now),
        content=content,
        content_text=text,
        content_html=html_of(content),
        delivery=_delivery(call) if ours else None,
        metadata={**message.metadata, MARKS: dict(marks_of(call))},
    )


def _us(call: Call) -> Author:
    return Author(
        AuthorType.USER, None, call_reading.caller(call) or NAMES[Channel(call.provider)], AuthorRole.AGENT
    )


def _delivery(call: Call) -> DeliveryStatus:
    """A call of ours has reached the customer where they took it."""
    return DeliveryStatus(DeliveryState.DELIVERED if call_reading.is_answered(call) else DeliveryState.SENT)
