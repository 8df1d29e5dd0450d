"""A message over a channel other than mail becomes a conversation of its ticket."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from attrs import evolve

from helpdesk_core.afterwords import is_deleted, with_afterwords
from helpdesk_core.commands import Done, HearMessage, Nothing, Outcome
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
)
from helpdesk_core.correspondences import Correspondence, heard, holding, released, way_of
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId
from helpdesk_core.messages import BEGAN, MARKS, Message, subject_with
from helpdesk_core.organizations import MailDomain
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import View, Work
from helpdesk_core.richtext import document_from_text, html_of, text_of
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import Ticket, with_inbound, with_reply
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.customers.know_customer import acquaintance
from helpdesk_core.use_cases.messaging.find_correspondence import by_names, put_with_names, ticket_of
from helpdesk_core.use_cases.messaging.find_echo import known_by_its_words
from helpdesk_core.use_cases.messaging.find_message import message_by_id
from helpdesk_core.use_cases.messaging.hear_colleague import hear_colleague
from helpdesk_core.use_cases.messaging.hear_files import fetched_later, files_of_message
from helpdesk_core.use_cases.messaging.take_afterwords import outside_id, said_by_us
from helpdesk_core.use_cases.messaging.take_arrival import on_its_way, take_echo
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.tickets.keep_message import keep_message
from helpdesk_core.use_cases.tickets.post_conversation import customer_author

FIRST: Final = Page(limit=1, sort="created_at")


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
    known = await work.conversations.by_external_id(organization_id, message.channel, outside_id(message))
    if known is not None:
        return Nothing(
            f"Already received as conversation {known.id}",
            organization_id=organization_id,
            conversation_id=known.id,
        )
    said_at = min(message.at or occasion.at, occasion.at)
    then = evolve(occasion, occurred_at=said_at, quiet=occasion.quiet or message.overheard)
    names = (organization_id, message.channel, message.account, message.threads)
    there = await _answered(message, await by_names(*names, work, then), work)
    ticket = await ticket_of(there, work)
    if there.among_staff and domain is not None:
        return await hear_colleague(message, ticket, account, work, then, domain)
    if not message.opens and not _goes_on(ticket, said_at):
        return await _hold(message, there, said_at, work)
    customer = await _customer_of(organization_id, message, there, work, then)
    if customer.blocked and message.by_us is None:
        return Nothing("The customer is blocked.", organization_id=organization_id)
    if ticket is None or ticket.closed:
        opening = Opening(
            subject=_subject_of(message),
            channel=message.channel,
            follows_id=ticket.id if ticket is not None else None,
        )
        ticket = await open_step(opening, customer, work, then)
    kept, moved = await _kept(message, there, ticket, customer, work, then)
    there = evolve(
        _after(there, message, said_at), customer_id=there.customer_id or customer.id, ticket_id=moved.id
    )
    there, waiting = released(there, moved.created_at)
    await put_with_names(there, message.threads, work)
    if message.by_us is not None:
        await _await_arrival(kept, message, there, said_at, work)
    for one in waiting:
        await hear_message(HearMessage(one), work, occasion, domain)
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


async def _hold(message: Message, there: Correspondence, at: datetime, work: Work) -> Nothing:
    """The step: an earlier message that opens a ticket may still come."""
    known = there.customer_id
    for contact in message.sender.contacts if known is None else ():
        found = await work.customers.by_contact(there.organization_id, contact)
        known = known or (found.id if found is not None else None)
    after = evolve(_after(there, message, at), customer_id=known)
    await put_with_names(holding(after, evolve(message, at=at)), message.threads, work)
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


async def _kept(
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
    if not _begins(ticket, said_at):
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
        **({BEGAN: [_subject_of(message), str(customer.id)]} if _begins(ticket, said_at) else {}),
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
        external_id=outside_id(message),
        warnings=message.warnings,
        metadata=noted,
    )


def _begins(ticket: Ticket, at: datetime) -> bool:
    """Whether a ticket begins with what was said at that time."""
    return ticket.message_count == 0 or at < ticket.created_at


def _subject_of(message: Message) -> str:
    return message.subject or subject_with(message.channel, message.sender.name or message.threads[0])


def _elsewhere(name: str) -> Author:
    """Somebody of the organization who answers at the provider's side, past the desk."""
    return Author(AuthorType.USER, None, name, AuthorRole.AGENT)
