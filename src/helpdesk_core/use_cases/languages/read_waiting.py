"""A message that waits to be translated, read with what a translator is to know of it."""

from collections.abc import Callable
from typing import TypeVar

from helpdesk_core.conversations import AuthorType, Conversation
from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.ports.store import View

A = TypeVar("A")


async def read_waiting(
    organization_id: OrganizationId,
    conversation_id: ConversationId,
    waits: Callable[[Conversation | None], A | None],
    view: View,
) -> tuple[Conversation, A, tuple[str, ...]] | None:
    """The message, what it waits for and the names it may speak of; None where by `waits` it waits for nothing."""
    message = await view.conversations.get(organization_id, conversation_id)
    asked = waits(message)
    if message is None or asked is None:
        return None
    return message, asked, await _names_around(message, view)


async def _names_around(message: Conversation, view: View) -> tuple[str, ...]:
    """The names of whoever wrote it and of the customer whose ticket it is on."""
    ticket = await view.tickets.get(message.organization_id, message.ticket_id)
    customer = (
        None if ticket is None else await view.customers.get(message.organization_id, ticket.customer_id)
    )
    people = (AuthorType.CUSTOMER, AuthorType.USER)
    author = message.author.name if message.author.type in people else ""
    return tuple(dict.fromkeys(name for name in (author, customer.name if customer else "") if name.strip()))
