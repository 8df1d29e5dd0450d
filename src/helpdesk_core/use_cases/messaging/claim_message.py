"""A job takes an answer in its hands, to send it as messages."""

from collections.abc import Mapping
from datetime import timedelta

from attrs import evolve, frozen

from helpdesk_core.conversations import Conversation, DeliveryState, Kind
from helpdesk_core.correspondences import Correspondence, is_within
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, JobId, OrganizationId
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.jobs import TryLater
from helpdesk_core.message_sendings import (
    given_ids,
    in_hand,
    is_whole,
    key_of,
    may_have_left,
    not_taken,
    template_of,
)
from helpdesk_core.messages import BY_CALL, NAMES, OutgoingMessage
from helpdesk_core.paging import Page
from helpdesk_core.ports.messages import MessageSender
from helpdesk_core.ports.store import View, Work
from helpdesk_core.sendings import CLAIM, is_held
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.translations import waits_for_translation
from helpdesk_core.use_cases.mail.report_delivery import tell_delivery
from helpdesk_core.use_cases.messaging.find_correspondence import nowhere, way_out
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket

BEHIND = timedelta(seconds=2)
"""How long an answer waits for an earlier one of its ticket that is still on its way."""
LOOKED_BACK = 20
"""Messages among which an earlier answer is looked for."""
UNSENT = (DeliveryState.QUEUED, DeliveryState.FAILED)


class NotItsTurn(TryLater):
    """An earlier answer of the ticket has still to leave."""


@frozen
class Claimed:
    """What is to be sent, with the account that it goes out from; the answer as it was before it was claimed."""

    answer: Conversation
    account: Integration
    message: OutgoingMessage


async def claim_step(
    organization_id: OrganizationId,
    conversation_id: ConversationId,
    job_id: JobId,
    senders: Mapping[Channel, MessageSender],
    work: Work,
    occasion: Occasion,
) -> Claimed | None:
    """The step: what there is to send, from now on in this job's hands alone; None where there is nothing.

    Where there is no way to send it, the answer stands as failed with the reason.

    Raises NotItsTurn while an earlier answer of the ticket has still to leave, TryLater while another job has this one.
    """
    answer = await work.conversations.get(organization_id, conversation_id)
    if answer is None or answer.kind is not Kind.REPLY or answer.delivery is None:
        return None
    if answer.delivery.state not in UNSENT or answer.redacted_at is not None or is_whole(answer):
        return None
    if waits_for_translation(answer):
        return None
    if is_held(answer, str(job_id), occasion.at):
        raise TryLater("The answer is being sent by another job.", CLAIM)
    ticket = await existing_ticket(organization_id, answer.ticket_id, work)
    there = await way_out(answer, ticket, work)
    account = await _account(there, work)
    obstacle = _obstacle(answer, there, account, senders, occasion)
    if there is None or account is None or obstacle is not None:
        failed = not_taken(answer, DeliveryState.FAILED, obstacle)
        await work.conversations.replace(failed)
        await tell_delivery(failed, work, occasion)
        return None
    if await _follows_another(answer, ticket, work):
        raise NotItsTurn("An earlier answer of the ticket leaves first.", BEHIND)
    await work.conversations.replace(in_hand(answer, str(job_id), occasion.at))
    if answer.channel in BY_CALL and there.ticket_id != ticket.id:
        # A call is answered by text: the customer's own texts go on in this ticket from now on.
        customer_id = there.customer_id or ticket.customer_id
        await work.correspondences.put(evolve(there, ticket_id=ticket.id, customer_id=customer_id))
    message = OutgoingMessage(
        channel=answer.channel,
        account=there.account,
        thread=there.addressed,
        key=key_of(answer),
        conversation_id=answer.id,
        text=answer.content_text,
        template=template_of(answer),
        author_name=answer.author.name,
        heard_at=there.heard_at,
        settings=account.settings,
        others=await _others(answer, ticket, work) if may_have_left(answer) else frozenset(),
    )
    return Claimed(answer, account, message)


async def _account(there: Correspondence | None, view: View) -> Integration | None:
    if there is None:
        return None
    found = await view.integrations.by_account(there.channel.value, there.account)
    theirs = found is not None and found.organization_id == there.organization_id
    return found if theirs and found is not None and found.state is IntegrationState.CONNECTED else None


def _obstacle(
    answer: Conversation,
    there: Correspondence | None,
    account: Integration | None,
    senders: Mapping[Channel, MessageSender],
    occasion: Occasion,
) -> str | None:
    """Why the answer cannot leave, for the agent who wrote it."""
    name = NAMES.get(answer.channel, answer.channel.value)
    if there is None:
        return nowhere(answer.channel)
    if account is None:
        return f"The {name} account {there.account} is not connected."
    if there.opted_out:
        return "The customer has asked for no more messages."
    sender = senders.get(answer.channel)
    if sender is None:
        return f"This desk sends nothing over {name}."
    window = sender.window
    # Whose words were never heard here, such as before the desk was connected, the provider judges.
    known = there.heard_at is not None and template_of(answer) is None
    if known and window is not None and not is_within(there, window, occasion.at):
        return (
            f"{name} takes an answer in your own words only within {window.total_seconds() / 3600:.0f} hours of the"
            " customer's last message. Send an approved template, or wait until they write."
        )
    return None


async def _others(answer: Conversation, ticket: Ticket, view: View) -> frozenset[str]:
    """The provider's ids of whatever has left on the ticket lately: of other answers, and of pieces of this one."""
    page = Page(limit=LOOKED_BACK, sort="-created_at")
    newest = await view.conversations.of_ticket(ticket.organization_id, ticket.id, page)
    return frozenset(id_ for one in (answer, *newest.items) for id_ in given_ids(one))


async def _follows_another(answer: Conversation, ticket: Ticket, view: View) -> bool:
    """Whether an earlier answer of the ticket has still to leave."""
    page = Page(limit=LOOKED_BACK, sort="-created_at")
    newest = await view.conversations.of_ticket(ticket.organization_id, ticket.id, page)
    return any(
        one.kind is Kind.REPLY
        and one.channel is answer.channel
        and one.delivery is not None
        and one.delivery.state is DeliveryState.QUEUED
        and (one.created_at, one.id) < (answer.created_at, answer.id)
        for one in newest.items
    )
