"""Tickets, and what belongs to them."""

from typing import Any

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Author, AuthorRole, AuthorType, Conversation, Kind, MailHeaders
from helpdesk_core.customers import Customer
from helpdesk_core.ids import AttachmentId, ConversationId, RatingId, TicketId
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import Channel, Ticket
from tests.contracts.builders.basics import NOON, after, new_id


def a_rating(ticket: Ticket, **fields: Any) -> SatisfactionRating:
    return SatisfactionRating(
        **{
            "id": RatingId(new_id()),
            "organization_id": ticket.organization_id,
            "ticket_id": ticket.id,
            "customer_id": ticket.customer_id,
            "assignee_id": None,
            "score": Score.GOOD,
            "comment": "Silent at last.",
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_ticket(customer: Customer, number: int, **fields: Any) -> Ticket:
    subject = fields.get("subject", "Brake squeaks")
    return Ticket(
        **{
            "id": TicketId(new_id()),
            "organization_id": customer.organization_id,
            "number": number,
            "subject": subject,
            "channel": Channel.EMAIL,
            "customer_id": customer.id,
            "created_at": after(number),
            "updated_at": after(number),
            "last_message_at": after(number),
            "subject_key": subject_key(subject),
            **fields,
        }
    )


def a_message(ticket: Ticket, text: str = "It squeaks.", **fields: Any) -> Conversation:
    return Conversation(
        **{
            "id": ConversationId(new_id()),
            "organization_id": ticket.organization_id,
            "ticket_id": ticket.id,
            "kind": Kind.INBOUND,
            "channel": Channel.EMAIL,
            "author": Author(AuthorType.CUSTOMER, ticket.customer_id, "Carla", AuthorRole.CUSTOMER),
            "content": {"type": "doc", "content": []},
            "content_text": text,
            "content_html": f"<p>{text}</p>",
            "created_at": NOON,
            **fields,
        }
    )


def a_mail(ticket: Ticket, message_id: str, **fields: Any) -> Conversation:
    return a_message(ticket, **{"mail": MailHeaders(message_id=message_id), **fields})


def an_attachment(ticket: Ticket, conversation: Conversation, **fields: Any) -> Attachment:
    return Attachment(
        **{
            "id": AttachmentId(new_id()),
            "organization_id": ticket.organization_id,
            "filename": "brake.jpg",
            "content_type": "image/jpeg",
            "size": 3,
            "created_at": NOON,
            "digest": "ab" * 32,
            "ticket_id": ticket.id,
            "conversation_id": conversation.id,
            **fields,
        }
    )
