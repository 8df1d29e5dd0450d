"""Messages go from one ticket to another, with all that threading knows by them."""

from collections.abc import Iterable, Sequence
from functools import partial

from helpdesk_core.conversations import AuthorType, Conversation, Kind
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId, TicketId
from helpdesk_core.paging import MAX_LIMIT, Page, pages
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Ticket, with_messages


async def messages_of(ticket: Ticket, view: View) -> Sequence[Conversation]:
    """All messages that the ticket has, oldest first."""
    read = partial(view.conversations.of_ticket, ticket.organization_id, ticket.id)
    every = pages(read, Page(limit=MAX_LIMIT, sort="created_at"))
    return [message async for messages in every for message in messages]


async def hand_over(
    source: Ticket,
    target: Ticket,
    moved: Sequence[Conversation],
    rest: Sequence[Conversation],
    origins: Sequence[TicketId],
    work: Work,
) -> None:
    """The step: `moved` belongs to `target`; `rest` is what `source` keeps. Both tickets are kept already.

    Mail that names a message that has moved finds the target, and no longer the source. Of the moved messages, those
    that were written on one of `origins` go on saying so.
    """
    organization_id = source.organization_id
    await work.threads.part(organization_id, source.id, target.id, [message.id for message in moved], origins)
    kept_ids, kept_customers = set(_named(rest)), {source.customer_id, *_customers(rest)}
    taking_part = tuple(dict.fromkeys((target.customer_id, *_customers(moved))))
    named = _named(moved)
    await work.threads.forget(
        organization_id,
        source.id,
        [one for one in named if one not in kept_ids],
        [one for one in taking_part if one not in kept_customers],
    )
    await work.threads.remember(organization_id, target.id, named, None)
    for customer_id in taking_part:
        await work.threads.remember(organization_id, target.id, (), customer_id)


def counted(ticket: Ticket, messages: Sequence[Conversation], occasion: Occasion) -> Ticket:
    """The ticket with just these messages."""
    said = [message.created_at for message in messages]
    replied = [
        message.created_at
        for message in messages
        if message.kind is Kind.REPLY and not message.said_by_itself
    ]
    return with_messages(ticket, said, replied, occasion.at)


def _named(messages: Iterable[Conversation]) -> tuple[str, ...]:
    """The message ids that customers' messages bear or quote, as threading remembers them."""
    named = (
        one
        for message in messages
        if message.kind is Kind.INBOUND
        for one in (message.mail.message_id, *message.mail.in_reply_to, *message.mail.references)
    )
    return tuple(dict.fromkeys(one for one in named if one and not one.isspace()))


def _customers(messages: Iterable[Conversation]) -> Sequence[CustomerId]:
    return [
        CustomerId(message.author.id)
        for message in messages
        if message.author.type is AuthorType.CUSTOMER and message.author.id is not None
    ]
