"""Finding out what a customer wants to know."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from helpdesk_core.call_messages import ANONYMOUS
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import Customer
from helpdesk_core.errors import Conflict, existing
from helpdesk_core.ids import ConversationId, OrganizationId, TicketId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import View
from helpdesk_core.ports.suggesting import Question
from helpdesk_core.redaction import MASK
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.widget import VISITOR

LOOKED_AT: Final = 20
"""The newest so many messages of a ticket are read, however many it has."""
LONGEST_MESSAGE: Final = 4_000
"""Characters of one message that count; whoever writes more has said by then what it is about."""
LONGEST_QUESTION: Final = 8_000
EARLIER: Final = 8
"""Messages before the question that are told with it."""
LONGEST_EARLIER: Final = 1_000
NAMELESS: Final = frozenset({VISITOR, ANONYMOUS})
"""What the desk calls people who have not said who they are."""
TITLED: Final = frozenset({Channel.EMAIL, Channel.API, Channel.IMPORT})
"""Channels whose subjects were written by the customer."""


@frozen
class Asked:
    """A question of a ticket's customer: `about` is the newest message of it, `terms` what to search by, `read` the
    words of every message that it was made of.
    """

    ticket: Ticket
    question: Question
    about: ConversationId
    terms: str
    read: Mapping[ConversationId, str]


async def asked_on(organization_id: OrganizationId, ticket_id: TicketId, view: View) -> Asked:
    """What the customer of the ticket, or of the one it was merged into, wants to know.

    NotFound where there is no such ticket, Conflict where its customer has said nothing. However long messages are,
    the question is not.
    """
    ticket = await existing_ticket(organization_id, ticket_id, view)
    found = await view.conversations.of_ticket(organization_id, ticket.id, Page(LOOKED_AT))
    customer = await view.customers.get(organization_id, ticket.customer_id)
    organization = existing(await view.organizations.get(organization_id), "organization", organization_id)
    said = [one for one in found.items[::-1] if not one.said_by_itself]
    asked = question_of(ticket, said, customer, organization)
    if asked is None:
        raise Conflict(f"Ticket {ticket.number} has no words of its customer that could be answered.")
    return asked


def question_of(
    ticket: Ticket, messages: Sequence[Conversation], customer: Customer | None, organization: Organization
) -> Asked | None:
    """What the customer asks in these messages, the oldest first; None where they say nothing. Total.

    Their words since the last answer are the question; where everything is answered, the newest message that they
    wrote is.
    """
    told = [one for one in messages if one.kind is not Kind.NOTE and words_in(one)]
    inbound = [place for place, one in enumerate(told) if one.kind is Kind.INBOUND]
    if not inbound:
        return None
    newest = inbound[-1]
    first = newest
    while first > 0 and told[first - 1].kind is Kind.INBOUND:
        first -= 1
    earlier, asking = told[max(0, first - EARLIER) : first], told[first : newest + 1]
    text = "\n\n".join(words_in(one)[:LONGEST_MESSAGE] for one in asking)[-LONGEST_QUESTION:]
    subject = ticket.subject if ticket.channel in TITLED else ""
    question = Question(
        text=text,
        subject=ticket.subject,
        language=told[newest].language or ticket.language or (customer.language if customer else None),
        customer_name=_name_of(customer),
        organization_name=organization.name,
        earlier=tuple(_said(one) for one in earlier),
    )
    terms = text if subject.lower() in text.lower() else f"{subject}\n{text}"
    read = {one.id: words_in(one) for one in (*earlier, *asking)}
    return Asked(ticket, question, told[newest].id, terms, read)


async def still_stands(asked: Asked, view: View) -> bool:
    """Whether every message that the question was made of still says the same: none was deleted, or blacked out."""
    for message_id, words in asked.read.items():
        message = await view.conversations.get(asked.ticket.organization_id, message_id)
        if message is None or words_in(message) != words:
            return False
    return True


def words_in(message: Conversation) -> str:
    """What was written for this message, without what it quotes and what was blacked out."""
    for text in (message.new_text, message.content_text):
        words = (text or "").replace(MASK, " ").strip()
        if words:
            return words
    return ""


def _name_of(customer: Customer | None) -> str | None:
    """How they may be addressed: neither by an address or a number, nor by what stands where no name is known."""
    name = customer.name.strip() if customer is not None else ""
    is_one = name not in NAMELESS and "@" not in name and any(map(str.isalpha, name))
    return name if is_one else None


def _said(message: Conversation) -> tuple[str, str]:
    who = "customer" if message.kind is Kind.INBOUND else "agent"
    return who, words_in(message)[:LONGEST_EARLIER]
