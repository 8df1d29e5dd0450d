"""A message over a channel other than mail becomes a conversation of its ticket."""

from collections.abc import Sequence

from attrs import evolve

from helpdesk_core.afterwords import with_afterwords
from helpdesk_core.attachments import Attachment, AttachmentState, FileOrigin, safe_filename
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
from helpdesk_core.correspondences import Correspondence, heard
from helpdesk_core.customers import Customer
from helpdesk_core.errors import NotFound
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId
from helpdesk_core.jobs import JobKind
from helpdesk_core.media_types import UNKNOWN
from helpdesk_core.messages import Message, subject_with
from helpdesk_core.ports.store import View, Work
from helpdesk_core.richtext import document_from_text, html_of, text_of
from helpdesk_core.tickets import Ticket, with_inbound, with_reply
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.customers.know_customer import acquaintance
from helpdesk_core.use_cases.messaging.take_afterwords import (
    afterwords_step,
    echo_of,
    outside_id,
    said_by_us,
)
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.keep_message import keep_message
from helpdesk_core.use_cases.tickets.post_conversation import customer_author


async def hear_message(command: HearMessage, work: Work, occasion: Occasion) -> Outcome:
    """The step: the message, once, in the ticket in which its conversation goes on, or in a new one.

    A closed ticket takes no more: a new one opens that links back to it. The order within the ticket is that in which
    things were said, whatever the order in which they are told.
    """
    message = command.message
    account = await account_of(message.channel.value, message.account, work)
    if isinstance(account, Nothing):
        return account
    organization_id = account.organization_id
    echo = await said_by_us(organization_id, message, work)
    if echo is not None:
        return await afterwords_step(echo, echo_of(message), work, occasion)
    known = await work.conversations.by_external_id(organization_id, message.channel, outside_id(message))
    if known is not None:
        return Nothing(
            f"Already received as conversation {known.id}",
            organization_id=organization_id,
            conversation_id=known.id,
        )
    then = evolve(occasion, occurred_at=min(message.at or occasion.at, occasion.at))
    correspondence = await _correspondence_of(organization_id, message, work)
    customer = await _customer_of(organization_id, message, correspondence, work, then)
    if customer.blocked and message.by_us is None:
        return Nothing("The customer is blocked.", organization_id=organization_id)
    ticket = await ticket_of(correspondence, work)
    if ticket is None and not message.opens:
        await _remember(evolve(correspondence, customer_id=customer.id), message, work, then)
        return Nothing(
            "It opens no ticket, and there is none to go on with.", organization_id=organization_id
        )
    if ticket is None or ticket.closed:
        opening = Opening(
            subject=message.subject or subject_with(message.channel, customer.name or correspondence.thread),
            channel=message.channel,
            follows_id=ticket.id if ticket is not None else None,
        )
        ticket = await open_step(opening, customer, work, then)
    kept = await _kept(message, ticket, customer, work, then)
    await _remember(evolve(correspondence, customer_id=customer.id, ticket_id=ticket.id), message, work, then)
    return Done(organization_id, ticket.id, kept.id)


async def ticket_of(correspondence: Correspondence, view: View) -> Ticket | None:
    """The ticket in which the conversation went on last, closed or not; None where there was none, or it is gone."""
    if correspondence.ticket_id is None:
        return None
    try:
        return await existing_ticket(correspondence.organization_id, correspondence.ticket_id, view)
    except NotFound:
        return None


async def _correspondence_of(organization_id: OrganizationId, message: Message, view: View) -> Correspondence:
    """The conversation by the first of its names under which it has a ticket, else by the first that is known."""
    places = [(organization_id, message.channel, message.account, thread) for thread in message.threads]
    found = [known for place in places if (known := await view.correspondences.get(*place)) is not None]
    with_ticket = next((known for known in found if known.ticket_id is not None), None)
    return with_ticket or next(iter(found), None) or Correspondence(*places[0])


async def _remember(correspondence: Correspondence, message: Message, work: Work, occasion: Occasion) -> None:
    """Under every name that the provider has for the conversation, so that each of them finds it from now on."""
    after = (
        correspondence
        if message.by_us is not None
        else heard(correspondence, occasion.occurred_at or occasion.at)
    )
    for thread in message.threads:
        if thread == correspondence.thread:
            await work.correspondences.put(after)
        else:
            other = await work.correspondences.get(
                correspondence.organization_id, message.channel, message.account, thread
            )
            other = other or evolve(after, thread=thread, waiting=())
            await work.correspondences.put(
                evolve(
                    other, customer_id=after.customer_id, ticket_id=after.ticket_id, heard_at=after.heard_at
                )
            )


async def _customer_of(
    organization_id: OrganizationId,
    message: Message,
    correspondence: Correspondence,
    work: Work,
    occasion: Occasion,
) -> Customer:
    if not message.sender.contacts and correspondence.customer_id is not None:
        known = await work.customers.get(organization_id, correspondence.customer_id)
        if known is not None:
            return known
    sender = message.sender
    return await acquaintance(
        organization_id, sender.name, sender.contacts, work, occasion, claimed=sender.claimed
    )


async def _kept(
    message: Message, ticket: Ticket, customer: Customer, work: Work, occasion: Occasion
) -> Conversation:
    conversation_id = ConversationId(occasion.new_id())
    files = _files(message, ticket, conversation_id, occasion)
    content = document_from_text(message.text)
    ours = message.by_us is not None
    said_at = occasion.occurred_at or occasion.at
    conversation = Conversation(
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
        attachment_ids=tuple(file.id for file in files),
        external_id=outside_id(message),
        warnings=message.warnings,
        metadata=dict(message.marks),
    )
    place = (ticket.organization_id, message.channel, message.account, message.external_id)
    parked = await work.provider_messages.get(*place)
    if parked is not None:
        conversation = with_afterwords(conversation, parked.afterwords)
        await work.provider_messages.remove(*place)
    moved = with_reply(ticket, said_at) if ours else with_inbound(ticket, said_at, occasion.at)
    moved = evolve(moved, created_at=min(moved.created_at, said_at))
    await keep_message(conversation, ticket, moved, work, occasion)
    for file in files:
        await work.attachments.add(file)
        payload = {"attachment_id": str(file.id)}
        await work.jobs.add(occasion.job(ticket.organization_id, JobKind.FETCH_FILE, payload))
    if customer.id != ticket.customer_id:
        await work.threads.remember(ticket.organization_id, ticket.id, (), customer.id)
    return conversation


def _elsewhere(name: str) -> Author:
    """Somebody of the organization who answers at the provider's side, past the desk."""
    return Author(AuthorType.USER, None, name, AuthorRole.AGENT)


def _files(
    message: Message, ticket: Ticket, conversation_id: ConversationId, occasion: Occasion
) -> Sequence[Attachment]:
    return [
        Attachment(
            id=AttachmentId(occasion.new_id()),
            organization_id=ticket.organization_id,
            filename=safe_filename(file.filename),
            content_type=file.content_type or UNKNOWN,
            size=0,
            created_at=occasion.at,
            ticket_id=ticket.id,
            conversation_id=conversation_id,
            state=AttachmentState.PENDING,
            external_id=file.external_id,
            origin=FileOrigin(file.source, message.channel.value, message.account, file.reference),
        )
        for file in {one.external_id: one for one in message.files}.values()
    ]
