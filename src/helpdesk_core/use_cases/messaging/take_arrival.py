"""A piece of an answer has left, or has arrived: whoever tells that first, and in whichever order.

Some providers tell of arrivals by a time: whatever was sent until then has arrived. When a piece was sent is known from
the call that sent it, and by the provider's own clock from its echo, each of which may come before the other and before
the time that reaches it.
"""

from datetime import datetime

from helpdesk_core.afterwords import (
    NO_AFTERWORDS,
    PART_COUNT,
    Afterwords,
    ProviderMessage,
    Report,
    with_afterwords,
)
from helpdesk_core.commands import Done, Nothing, Outcome, TellArrival
from helpdesk_core.conversations import Conversation, DeliveryState
from helpdesk_core.correspondences import Awaited, arrived_until, awaiting, state_at, still_awaiting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.message_sendings import part_sent
from helpdesk_core.messages import BY_WATERMARK, Message
from helpdesk_core.ports.store import Work
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.messaging.find_correspondence import correspondence
from helpdesk_core.use_cases.messaging.take_afterwords import afterwords_step, moved_step

Place = tuple[OrganizationId, Channel, str, str]
"""Organization, channel, account, and the provider's name of a conversation or of a message."""


async def take_arrival(command: TellArrival, work: Work, occasion: Occasion) -> Outcome:
    """The step: whatever was sent until then has arrived. What is noted later as sent earlier has, too."""
    account = await account_of(command.channel.value, command.account, work)
    if isinstance(account, Nothing):
        return account
    organization_id = account.organization_id
    known = await correspondence(organization_id, command.channel, command.account, command.thread, work)
    after = arrived_until(known, command.until, read=command.read)
    for one in after.waiting:
        state = state_at(after, one.sent_at)
        answer = await work.conversations.get(organization_id, one.conversation_id) if state else None
        if state is not None and answer is not None:
            await afterwords_step(answer, Afterwords(reports=(Report(one.part, state),)), work, occasion)
    after = still_awaiting(after)
    if after != known:
        await work.correspondences.put(after)
    return Done(organization_id)


async def take_echo(answer: Conversation, message: Message, work: Work, occasion: Occasion) -> Outcome:
    """The step: an answer of ours turns out to have left, under the id that the provider gives it now.

    So it is whether or not the call that sent it has returned, or ever will.
    """
    done = Done(answer.organization_id, answer.ticket_id, answer.id)
    if answer.redacted_at is not None:
        return done
    place = (answer.organization_id, message.channel, message.account, message.external_id)
    told = await told_before(place, answer, work, occasion.at)
    count = answer.metadata.get(PART_COUNT, 1)
    moved = with_afterwords(part_sent(answer, message.external_id, DeliveryState.SENT, count), told)
    moved = await on_its_way(moved, place, message.threads[0], message.at or occasion.at, work)
    if moved != answer:
        await moved_step(answer, moved, work, occasion)
    return done


async def told_before(place: Place, answer: Conversation, work: Work, at: datetime) -> Afterwords:
    """What was told of a piece before it was known to be one of this answer, as which it is known from now on."""
    known = await work.provider_messages.get(*place)
    told = known.afterwords if known is not None else NO_AFTERWORDS
    if known is None or known.conversation_id != answer.id or told != NO_AFTERWORDS:
        await work.provider_messages.put(ProviderMessage(*place, answer.id, NO_AFTERWORDS, at))
    return told


async def on_its_way(
    answer: Conversation, place: Place, thread: str, sent_at: datetime, work: Work
) -> Conversation:
    """The answer, a piece of which was sent at that time, with what is known of its arrival; more word is waited for.

    place: of the piece, by its provider's id.
    """
    organization_id, channel, account, part = place
    if channel not in BY_WATERMARK:
        return answer
    known = await correspondence(organization_id, channel, account, thread, work)
    state = state_at(known, sent_at)
    after = still_awaiting(awaiting(known, Awaited(answer.id, part, sent_at)))
    if after != known:
        await work.correspondences.put(after)
    return (
        with_afterwords(answer, Afterwords(reports=(Report(part, state),))) if state is not None else answer
    )
