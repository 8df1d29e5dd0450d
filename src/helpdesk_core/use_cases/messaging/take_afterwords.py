"""What is told of a message after it is brought to the message, or waits for it."""

from uuid import UUID

from helpdesk_core.afterwords import (
    NO_AFTERWORDS,
    PART_COUNT,
    Afterwords,
    ProviderMessage,
    joined,
    with_afterwords,
)
from helpdesk_core.commands import Done, Nothing, Outcome, TellAfterwords, TellChoice
from helpdesk_core.conversations import Conversation, DeliveryState, Kind
from helpdesk_core.correspondences import with_choice
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.message_sendings import part_sent
from helpdesk_core.messages import Message
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import Status, with_status
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.automation.keep_sla import clocks_moved
from helpdesk_core.use_cases.mail.report_delivery import WAITING, tell_delivery
from helpdesk_core.use_cases.messaging.find_correspondence import correspondence
from helpdesk_core.use_cases.messaging.find_message import outside_id
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.redact_conversation import remove_files
from helpdesk_core.use_cases.tickets.tell_changes import changes_told


async def take_afterwords(command: TellAfterwords, work: Work, occasion: Occasion) -> Outcome:
    """The step: the message as it stands now. What is told of a message that nobody knows yet waits for it."""
    account = await account_of(command.channel.value, command.account, work)
    if isinstance(account, Nothing):
        return account
    organization_id = account.organization_id
    place = (organization_id, command.channel, command.account, command.external_id)
    known = await work.provider_messages.get(*place)
    message = await _answer(organization_id, command.ours, work)
    if message is not None and command.told.reports:
        return await _left(message, command, known, work, occasion)
    if message is None and known is not None and known.conversation_id is not None:
        message = await work.conversations.get(organization_id, known.conversation_id)
    if message is None:
        external_id = outside_id(command.account, command.external_id)
        message = await work.conversations.by_external_id(organization_id, command.channel, external_id)
    if message is not None:
        return await afterwords_step(message, command.told, work, occasion)
    waiting = joined(known.afterwords, command.told) if known is not None else command.told
    await work.provider_messages.put(ProviderMessage(*place, None, waiting, occasion.at))
    return Done(organization_id)


async def afterwords_step(message: Conversation, told: Afterwords, work: Work, occasion: Occasion) -> Outcome:
    """The step: the message brought up to date; the same words again change nothing.

    A ticket that waits for its customer is opened again where an answer turns out not to have reached them.
    """
    done = Done(message.organization_id, message.ticket_id, message.id)
    if message.redacted_at is not None:  # of its words nothing is learned again
        told = Afterwords(reports=told.reports)
    after = with_afterwords(message, told)
    if after == message:
        return done
    await moved_step(message, after, work, occasion)
    if message.attachment_ids and not after.attachment_ids:
        await remove_files(message, work, occasion, all_of_them=True)
    if after.content_text != message.content_text or told.reactions:
        changed = ["content"] if after.content_text != message.content_text else ["reactions"]
        data = {"ticket_id": str(message.ticket_id), "changed": changed}
        event = occasion.event(message.organization_id, "conversation.updated", message.id, data)
        await work.log.append(event)
    return done


async def moved_step(before: Conversation, after: Conversation, work: Work, occasion: Occasion) -> None:
    """The step: the message as it stands now is kept, and told where an answer fares otherwise than it did."""
    await work.conversations.replace(after)
    if after.delivery != before.delivery:
        await tell_delivery(after, work, occasion)
        await _reopen(after, work, occasion)


async def take_choice(command: TellChoice, work: Work, occasion: Occasion) -> Outcome:
    """The step: whether the customer wants messages; the latest of their words counts."""
    account = await account_of(command.channel.value, command.account, work)
    if isinstance(account, Nothing):
        return account
    known = await correspondence(
        account.organization_id, command.channel, command.account, command.thread, work
    )
    after = with_choice(known, command.at or occasion.at, opted_out=command.opted_out)
    if after != known:
        await work.correspondences.put(after)
    return Done(account.organization_id)


async def said_by_us(organization_id: OrganizationId, message: Message, view: View) -> Conversation | None:
    """The answer of ours that the provider tells of, by our mark or by an id that it gave before."""
    if message.by_us is None:
        return None
    found = await _answer(organization_id, str(message.ours) if message.ours else None, view)
    if found is not None:
        return found
    place = (organization_id, message.channel, message.account, message.external_id)
    known = await view.provider_messages.get(*place)
    if known is None or known.conversation_id is None:
        return None
    return await view.conversations.get(organization_id, known.conversation_id)


async def _left(
    answer: Conversation,
    command: TellAfterwords,
    known: ProviderMessage | None,
    work: Work,
    occasion: Occasion,
) -> Outcome:
    """The step: what is told of by our mark has left, whether or not the call that sent it has returned, or ever will;
    whatever else was told of it by the provider's id is known from now on.
    """
    done = Done(answer.organization_id, answer.ticket_id, answer.id)
    if answer.redacted_at is not None:
        return done
    told = joined(known.afterwords, command.told) if known is not None else command.told
    if known is None or known.conversation_id is None:
        place = (answer.organization_id, command.channel, command.account, command.external_id)
        await work.provider_messages.put(ProviderMessage(*place, answer.id, NO_AFTERWORDS, occasion.at))
    moved = answer
    for report in told.reports:
        moved = part_sent(moved, report.part, report.state, answer.metadata.get(PART_COUNT, 1))
    moved = with_afterwords(moved, told)
    if moved != answer:
        await moved_step(answer, moved, work, occasion)
    return done


async def _answer(organization_id: OrganizationId, text: str | None, view: View) -> Conversation | None:
    try:
        found = await view.conversations.get(organization_id, ConversationId(UUID(text or "")))
    except ValueError:
        return None
    return found if found is not None and found.kind is Kind.REPLY else None


async def _reopen(answer: Conversation, work: Work, occasion: Occasion) -> None:
    if answer.delivery is None or answer.delivery.state is not DeliveryState.FAILED:
        return
    ticket = await existing_ticket(answer.organization_id, answer.ticket_id, work)
    if ticket.status in WAITING:
        opened = await clocks_moved(ticket, with_status(ticket, Status.OPEN, occasion.at), work, occasion)
        await work.tickets.replace(opened)
        await work.log.append(*changes_told(ticket, opened, occasion))
