"""Whom a message may speak of by name."""

from helpdesk_core.conversations import AuthorType, Conversation
from helpdesk_core.ports.store import View


async def names_around(message: Conversation, view: View) -> tuple[str, ...]:
    """The names of whoever wrote it and of the customer whose ticket it is on."""
    ticket = await view.tickets.get(message.organization_id, message.ticket_id)
    customer = (
        None if ticket is None else await view.customers.get(message.organization_id, ticket.customer_id)
    )
    people = (AuthorType.CUSTOMER, AuthorType.USER)
    author = message.author.name if message.author.type in people else ""
    return tuple(dict.fromkeys(name for name in (author, customer.name if customer else "") if name.strip()))
