"""What a provider tells of a call becomes one message of one ticket, however many legs the call has."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from attrs import evolve

from helpdesk_core import call_reading, calls
from helpdesk_core.call_messages import ANONYMOUS, subject_of, ticket_marks_of
from helpdesk_core.calls import Call, Fact, TicketsFor
from helpdesk_core.commands import Done, Nothing, Outcome, TellCall
from helpdesk_core.conversations import Conversation
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.customers import EMAIL, PHONE, Contact, Customer
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import JobKind
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.customers.know_customer import acquaintance, new_customer
from helpdesk_core.use_cases.messaging.find_call import calls_of, keep_call, line_of
from helpdesk_core.use_cases.messaging.find_correspondence import known_correspondence
from helpdesk_core.use_cases.messaging.show_call import fold_step, new_message, show_step, with_call
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.tickets.keep_message import keep_message

TICKETS_FOR_CALLS = "tickets_for_calls"
"""The setting of an account that says when a call makes a ticket."""
USUALLY = TicketsFor.ANSWER
PATIENCE = timedelta(hours=2)
"""After so long without a word a call is taken as over: its last word was lost."""


async def tell_call(command: TellCall, work: Work, occasion: Occasion) -> Outcome:
    """The step: the call as it is known after this word, and the message that shows it.

    Legs that turn out to be of one call become one: one message, in one ticket. The same whatever the order, and
    however often, its words come.
    """
    account = await line_of(command.channel, call_reading.lines(command.call), work)
    if isinstance(account, Nothing):
        return account
    organization_id = account.organization_id
    known = await calls_of(organization_id, command.call.legs, work)
    call = calls.together([command.call, *known])
    if call.forgotten:
        await keep_call(organization_id, calls.forgotten(call), work)
        return Nothing("The call is not to be known any more.", organization_id=organization_id, forgets=True)
    if not known:
        payload = {"call": call.external_id}
        job = occasion.job(organization_id, JobKind.SETTLE_CALL, payload, occasion.at + PATIENCE)
        await work.jobs.add(job)
    outcome = await bring_up_to_date(call, known, account, work, occasion)
    return evolve(outcome, account=account.external_id)


async def bring_up_to_date(
    call: Call, known: Sequence[Call], account: Integration, work: Work, occasion: Occasion
) -> Outcome:
    """The step: the call in the place of the ones that it was known as, and all that shows it."""
    organization_id = account.organization_id
    messages = await _messages(organization_id, call, known, work)
    for other in messages[1:]:
        await fold_step(other, messages[0], work, occasion)
    message: Conversation | None = next(iter(messages), None)
    if message is None and call_reading.opens_ticket(call, tickets_for(account)):
        message = await _begin(call, account, work, occasion)
    elif message is not None:
        message = await show_step(call, message, work, occasion)
    if message is not None:
        call = evolve(call, conversation_id=str(message.id))
    if list(known) != [call]:
        await keep_call(organization_id, call, work)
    if message is None:
        return Done(organization_id)
    return Done(organization_id, message.ticket_id, message.id)


def tickets_for(account: Integration) -> TicketsFor:
    """When a call on this account makes a ticket; what is no such word counts as none."""
    try:
        return TicketsFor(account.settings.get(TICKETS_FOR_CALLS, USUALLY))
    except ValueError:
        return USUALLY


async def _messages(
    organization_id: OrganizationId, call: Call, known: Sequence[Call], work: Work
) -> list[Conversation]:
    """The messages that show it so far, the one that goes on doing so first."""
    ids = [call.conversation_id, *(one.conversation_id for one in known)]
    found = [
        await work.conversations.get(organization_id, ConversationId(UUID(id_)))
        for id_ in dict.fromkeys(ids)
        if id_ is not None
    ]
    return [message for message in found if message is not None]


async def _begin(call: Call, account: Integration, work: Work, occasion: Occasion) -> Conversation | None:
    """The ticket and its message; None where the customer is not to be heard."""
    customer = await _customer(account.organization_id, call, work, occasion)
    if customer.blocked and not call_reading.is_ours(call):
        return None
    then = evolve(occasion, occurred_at=min(call_reading.began_at(call), occasion.at))
    opening = Opening(
        subject=subject_of(call), channel=Channel(account.provider), metadata=ticket_marks_of(call)
    )
    ticket = await open_step(opening, customer, work, then)
    await _know_number(call, account, customer, work)
    message = new_message(call, ticket, customer, then)
    moved = with_call(evolve(ticket, message_count=1, version=ticket.version + 1), call, message, occasion.at)
    await keep_message(message, ticket, moved, work, then)
    return message


async def _customer(organization_id: OrganizationId, call: Call, work: Work, occasion: Occasion) -> Customer:
    """Whoever has the number; somebody who hides it is somebody else with every call."""
    number, name = call_reading.first(call, Fact.NUMBER), call_reading.first(call, Fact.NAME) or ""
    if number is None:
        return await new_customer(organization_id, ANONYMOUS, (), work, occasion)
    email = call_reading.first(call, Fact.EMAIL)
    claimed = (Contact(EMAIL, email),) if email else ()
    contacts = (Contact(PHONE, number),)
    return await acquaintance(organization_id, name, contacts, work, occasion, claimed=claimed)


async def _know_number(call: Call, account: Integration, customer: Customer, work: Work) -> None:
    """The step: the number can be texted from now on, over the line that the call was on."""
    number = call_reading.first(call, Fact.NUMBER)
    if number is None:
        return
    place = (account.organization_id, Channel(account.provider), account.external_id, number)
    if await known_correspondence(*place, work) is None:
        await work.correspondences.put(Correspondence(*place, customer_id=customer.id))
