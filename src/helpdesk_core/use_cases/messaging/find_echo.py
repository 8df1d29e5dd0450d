"""Finding the answer of ours that a provider tells of without our mark."""

from typing import Final

from attrs import evolve

from helpdesk_core.conversations import Conversation, DeliveryState, Kind
from helpdesk_core.ids import OrganizationId
from helpdesk_core.message_sendings import may_have_left
from helpdesk_core.messages import UNSHARED, Message
from helpdesk_core.paging import Page
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.messaging.find_correspondence import known_correspondence, ticket_of

WITHOUT_MARKS: Final = frozenset({Channel.DIALPAD})
"""Channels whose echoes bear nothing that we gave along: they are known by the provider's id, which comes with the
answer to the call that sends; or, before that has returned, by their words."""
NEWEST: Final = Page(limit=20, sort="-created_at")


async def known_by_its_words(organization_id: OrganizationId, message: Message, view: View) -> Message:
    """The message, with our mark where it is an answer of its conversation that is just leaving, or may have left.

    So it is told from what somebody writes at the provider's side, however fast the provider is, and also where its
    answer to our call was lost.
    """
    if message.channel not in WITHOUT_MARKS or message.by_us is None or message.ours is not None:
        return message
    place = (organization_id, message.channel, message.account)
    known = await view.provider_messages.get(*place, message.external_id)
    there = await known_correspondence(*place, message.threads[0], view)
    ticket = await ticket_of(there, view) if there is not None else None
    if ticket is None or (known is not None and known.conversation_id is not None):
        return message
    newest = await view.conversations.of_ticket(organization_id, ticket.id, NEWEST)
    unsure = [one for one in reversed(newest.items) if one.kind is Kind.REPLY and may_have_left(one)]
    leaving = (one for one in unsure if _stands(one, DeliveryState.QUEUED) and _says(one, message))
    given_up = (one for one in unsure if _stands(one, DeliveryState.FAILED) and _says_so(one, message))
    answer = next(leaving, None) or next(given_up, None)
    return message if answer is None else evolve(message, ours=answer.id)


def _stands(answer: Conversation, state: DeliveryState) -> bool:
    return answer.delivery is not None and answer.delivery.state is state


def _says(answer: Conversation, message: Message) -> bool:
    """Whether these may be words of the answer, or of a piece of it; a text that is not told may be any."""
    return UNSHARED in message.marks or _squeezed(message.text) in _squeezed(answer.content_text)


def _says_so(answer: Conversation, message: Message) -> bool:
    """Whether these are, as far as they are told, words of the answer: more is asked of one that was given up."""
    return bool(_squeezed(message.text)) and UNSHARED not in message.marks and _says(answer, message)


def _squeezed(text: str) -> str:
    return "".join(text.split())
