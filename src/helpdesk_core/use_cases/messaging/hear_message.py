"""A message over a channel other than mail becomes a conversation of its ticket."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import evolve

from helpdesk_core.commands import Done, HearMessage, Nothing, Outcome
from helpdesk_core.conversations import Conversation
from helpdesk_core.correspondences import Correspondence, heard, holding, released
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.messages import Message
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.customers.know_customer import acquaintance
from helpdesk_core.use_cases.messaging.find_correspondence import by_names, put_with_names, ticket_of
from helpdesk_core.use_cases.messaging.find_echo import known_by_its_words
from helpdesk_core.use_cases.messaging.find_message import message_by_id, outside_id
from helpdesk_core.use_cases.messaging.hear_colleague import hear_colleague
from helpdesk_core.use_cases.messaging.keep_heard import keep_heard, subject_of
from helpdesk_core.use_cases.messaging.take_afterwords import said_by_us
from helpdesk_core.use_cases.messaging.take_arrival import on_its_way, take_echo
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""A time before it is none: nobody said anything over these channels then, but clocks begin in 1970."""


async def hear_message(
    command: HearMessage, work: Work, occasion: Occasion, domain: MailDomain | None = None
) -> Outcome:
    """The step: the message, once, in the ticket in which its conversation goes on, or in a new one.

    A closed ticket takes no more: a new one opens that links back to it. The order within the ticket is that in which
    things were said, whatever the order in which they are told.

    domain: of the answers that colleagues write at the provider's side, where they talk about tickets there.
    """
    message = command.message
    account = await account_of(message.channel.value, message.account, work)
    if isinstance(account, Nothing):
        return account
    organization_id = account.organization_id
    message = await known_by_its_words(organization_id, message, work)
    echo = await said_by_us(organization_id, message, work)
    if echo is not None:
        return await take_echo(echo, message, work, occasion)
    known = await work.conversations.by_external_id(
        organization_id, message.channel, outside_id(message.account, message.external_id)
    )
    if known is not None:
        return Nothing(
            f"Already received as conversation {known.id}",
            organization_id=organization_id,
            conversation_id=known.id,
        )
    told_at = message.at if message.at is not None and message.at >= EARLIEST else occasion.at
    said_at = min(told_at, occasion.at)
    then = evolve(occasion, occurred_at=said_at, quiet=occasion.quiet or message.overheard)
    names = (organization_id, message.channel, message.account, message.threads)
    there = await _answered(message, await by_names(*names, work, then), work)
    ticket = await ticket_of(there, work)
    if there.among_staff and domain is not None:
        return await hear_colleague(message, ticket, account, work, then, domain)
    if not message.opens and not _goes_on(ticket, said_at):
        return await _hold(message, there, ticket, work, then, domain)
    customer = await _customer_of(organization_id, message, there, work, then)
    if customer.blocked and message.by_us is None:
        return Nothing("The customer is blocked.", organization_id=organization_id)
    if ticket is None or ticket.closed:
        opening = Opening(
            subject=subject_of(message),
            channel=message.channel,
            follows_id=ticket.id if ticket is not None else None,
        )
        ticket = await open_step(opening, customer, work, then)
    kept, moved = await keep_heard(message, there, ticket, customer, work, then)
    there = evolve(
        _after(there, message, said_at), customer_id=there.customer_id or customer.id, ticket_id=moved.id
    )
    there, waiting = released(there, moved.created_at)
    await put_with_names(there, message.threads, work)
    if message.by_us is not None:
        await _await_arrival(kept, message, there, said_at, work)
    await _hear_all(waiting, work, occasion, domain)
    return Done(organization_id, moved.id, kept.id)


async def _answered(message: Message, there: Correspondence, view: View) -> Correspondence:
    """The conversation, in the ticket of the message that this one answers where it has none of its own."""
    if there.ticket_id is not None or message.answers is None:
        return there
    place = (there.organization_id, message.channel, message.account, message.answers)
    answered = await message_by_id(*place, view)
    return there if answered is None else evolve(there, ticket_id=answered.ticket_id)


def _goes_on(ticket: Ticket | None, at: datetime) -> bool:
    """Whether what was said at that time, and opens no ticket, is of this one: it had begun, and takes messages."""
    return ticket is not None and not ticket.closed and ticket.created_at <= at


async def _hear_all(
    waiting: Sequence[Message], work: Work, occasion: Occasion, domain: MailDomain | None
) -> None:
    """The step: what waited for a ticket is in it from now on."""
    for one in waiting:
        await hear_message(HearMessage(one), work, occasion, domain)


async def _hold(
    message: Message,
    there: Correspondence,
    ticket: Ticket | None,
    work: Work,
    occasion: Occasion,
    domain: MailDomain | None,
) -> Nothing:
    """The step: an earlier message that opens a ticket may still come. What waited under another of the conversation's
    names may have one by now.
    """
    at = occasion.occurred_at or occasion.at
    known = there.customer_id
    for contact in message.sender.contacts if known is None else ():
        found = await work.customers.by_contact(there.organization_id, contact)
        known = known or (found.id if found is not None else None)
    after = evolve(_after(there, message, at), customer_id=known)
    waiting: Sequence[Message] = ()
    after = holding(after, evolve(message, at=at))
    if ticket is not None and not ticket.closed:
        after, waiting = released(after, ticket.created_at)
    await put_with_names(after, message.threads, work)
    await _hear_all(waiting, work, evolve(occasion, occurred_at=None), domain)
    return Nothing(
        "It opens no ticket, and there is none to go on with.", organization_id=there.organization_id
    )


def _after(there: Correspondence, message: Message, at: datetime) -> Correspondence:
    return there if message.by_us is not None else heard(there, at, message.threads[0])


async def _await_arrival(
    kept: Conversation, message: Message, there: Correspondence, said_at: datetime, work: Work
) -> None:
    place = (there.organization_id, message.channel, message.account, message.external_id)
    moved = await on_its_way(kept, place, there.thread, said_at, work)
    if moved != kept:
        await work.conversations.replace(moved)


async def _customer_of(
    organization_id: OrganizationId,
    message: Message,
    there: Correspondence,
    work: Work,
    occasion: Occasion,
) -> Customer:
    if not message.sender.contacts and there.customer_id is not None:
        known = await work.customers.get(organization_id, there.customer_id)
        if known is not None:
            return known
    sender = message.sender
    return await acquaintance(
        organization_id, sender.name, sender.contacts, work, occasion, claimed=sender.claimed
    )
