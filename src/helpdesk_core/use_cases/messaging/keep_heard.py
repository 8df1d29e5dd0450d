"""What was said is kept as a message of its ticket, where it belongs in the order in which things were said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from attrs import evolve

from helpdesk_core.afterwords import is_deleted, with_afterwords
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
)
from helpdesk_core.correspondences import Correspondence, way_of
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, CustomerId
from helpdesk_core.messages import BEGAN, MARKS, Message, subject_with
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import Work
from helpdesk_core.richtext import document_from_text, html_of, text_of
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import Ticket, with_inbound, with_reply
from helpdesk_core.use_cases.messaging.find_message import outside_id
from helpdesk_core.use_cases.messaging.hear_files import fetched_later, files_of_message
from helpdesk_core.use_cases.tickets.keep_message import keep_message
from helpdesk_core.use_cases.tickets.post_conversation import customer_author

FIRST: Final = Page(limit=1, sort="created_at")


async def keep_heard(
    message: Message,
    there: Correspondence,
    ticket: Ticket,
    customer: Customer,
    work: Work,
    occasion: Occasion,
) -> tuple[Conversation, Ticket]:
    """The step: the message on its ticket, with what was told of it before it came, and the ticket as it is now."""
    conversation_id = ConversationId(occasion.new_id())
    files = files_of_message(message, ticket, conversation_id, occasion)
    conversation = _conversation(message, there, ticket, customer, occasion, conversation_id)
    place = (ticket.organization_id, message.channel, message.account, message.external_id)
    parked = await work.provider_messages.get(*place)
    if parked is not None:
        conversation = with_afterwords(conversation, parked.afterwords)
        await work.provider_messages.remove(*place)
        files = [] if is_deleted(conversation) else files
    conversation = evolve(conversation, attachment_ids=tuple(file.id for file in files))
    moved = await _moved(ticket, conversation, work, occasion)
    moved = await keep_message(conversation, ticket, moved, work, occasion)
    await fetched_later(files, work, occasion)
    if customer.id != ticket.customer_id:
        await work.threads.remember(ticket.organization_id, ticket.id, (), customer.id)
    return conversation, moved


def subject_of(message: Message) -> str:
    """The subject of a ticket that the message opens."""
    return message.subject or subject_with(message.channel, message.sender.name or message.threads[0])


async def _moved(ticket: Ticket, message: Conversation, work: Work, occasion: Occasion) -> Ticket:
    """The ticket with one more message. It began with the one that was said first, and is its author's."""
    said_at = message.created_at
    if message.kind is Kind.REPLY:
        moved = with_reply(ticket, said_at)
        moved = evolve(
            moved,
            first_response_at=min(moved.first_response_at or said_at, said_at),
            updated_at=max(moved.updated_at, occasion.at),
        )
    else:
        moved = with_inbound(ticket, said_at, occasion.at)
    if ticket.message_count == 0 or not _begins(ticket, said_at):
        return moved
    known = await work.conversations.of_ticket(ticket.organization_id, ticket.id, FIRST)
    return _begun_earlier(moved, message, known.items)


def _begun_earlier(ticket: Ticket, message: Conversation, known: Sequence[Conversation]) -> Ticket:
    """The ticket as if it had begun with this message, but for what somebody has decided since."""
    earlier = evolve(ticket, created_at=message.created_at)
    subject, customer_id = message.metadata[BEGAN]
    was = known[0].metadata.get(BEGAN, (None, None)) if known else (ticket.subject, str(ticket.customer_id))
    if ticket.subject == was[0]:
        earlier = evolve(earlier, subject=subject, subject_key=subject_key(subject))
    if str(ticket.customer_id) == was[1]:
        earlier = evolve(earlier, customer_id=CustomerId(UUID(customer_id)))
    return earlier


def _conversation(
    message: Message,
    there: Correspondence,
    ticket: Ticket,
    customer: Customer,
    occasion: Occasion,
    conversation_id: ConversationId,
) -> Conversation:
    content = document_from_text(message.text)
    ours = message.by_us is not None
    said_at = occasion.occurred_at or occasion.at
    noted = {
        **way_of(there),
        **({MARKS: dict(message.marks)} if message.marks else {}),
        **({BEGAN: [subject_of(message), str(customer.id)]} if _begins(ticket, said_at) else {}),
    }
    return Conversation(
        id=conversation_id,
        organization_id=ticket.organization_id,
        ticket_id=ticket.id,
        kind=Kind.REPLY if ours else Kind.INBOUND,
        channel=message.channel,
        author=_elsewhere(message.by_us) if message.by_us is not None else customer_author(customer),
        content=content,
        content_text=text_of(content),
        content_html=html_of(content),
        created_at=said_at,
        delivery=DeliveryStatus(DeliveryState.SENT) if ours else None,
        external_id=outside_id(message.account, message.external_id),
        warnings=message.warnings,
        metadata=noted,
    )


def _begins(ticket: Ticket, at: datetime) -> bool:
    """Whether a ticket begins with what was said at that time."""
    return ticket.message_count == 0 or at < ticket.created_at


def _elsewhere(name: str) -> Author:
    """Somebody of the organization who answers at the provider's side, past the desk."""
    return Author(AuthorType.USER, None, name, AuthorRole.AGENT)
