"""The desk suggests an answer to a new ticket by itself."""

from contextlib import aclosing
from datetime import timedelta
from functools import partial
from typing import Final

from attrs import Factory, frozen

from helpdesk_core.conversations import Conversation
from helpdesk_core.errors import Conflict, NotFound
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.jobs import JobKind
from helpdesk_core.ports.store import View, Work
from helpdesk_core.tickets import DONE
from helpdesk_core.use_cases.suggestions.find_question import Asked, asked_on
from helpdesk_core.use_cases.suggestions.keep_suggestions import has_automatic
from helpdesk_core.use_cases.suggestions.suggest_replies import SuggestReplies
from helpdesk_core.users import DESK

AT_ONCE: Final = 2
"""Suggestions that one worker writes at a time: a slow model must not keep mail and messages waiting."""
PUT_OFF: Final = timedelta(seconds=5)


@frozen
class SuggestByItself:
    """Makes one suggestion for a new ticket, unless it has one, or no person waits for an answer.

    Done again, it changes nothing. Where enough are being written it comes again a moment later.
    """

    suggest: SuggestReplies
    _under_way: set[TicketId] = Factory(set)

    async def __call__(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        if len(self._under_way) >= AT_ONCE:
            await self.suggest.store.transact(partial(self._put_off, organization_id, ticket_id))
            return
        self._under_way.add(ticket_id)
        try:
            await self._write(organization_id, ticket_id)
        except (Conflict, NotFound):  # what was asked went meanwhile
            return
        finally:
            self._under_way.discard(ticket_id)

    async def _write(self, organization_id: OrganizationId, ticket_id: TicketId) -> None:
        asked = await self.suggest.store.read(partial(_wanted, organization_id, ticket_id))
        if asked is None:
            return
        async with aclosing(self.suggest.write(asked, DESK, automatic=True)) as telling:
            async for _ in telling:
                continue

    async def _put_off(self, organization_id: OrganizationId, ticket_id: TicketId, work: Work) -> None:
        occasion = Occasion(self.suggest.clock(), self.suggest.new_id, DESK)
        payload = {"ticket_id": str(ticket_id)}
        later = occasion.job(organization_id, JobKind.SUGGEST_REPLIES, payload, occasion.at + PUT_OFF)
        await work.jobs.add(later)


async def _wanted(organization_id: OrganizationId, ticket_id: TicketId, view: View) -> Asked | None:
    """What the desk is to answer by itself, if it is."""
    ticket = await view.tickets.get(organization_id, ticket_id)
    if ticket is None or ticket.merged_into_id is not None:
        return None
    if ticket.status in DONE or ticket.first_response_at is not None:
        return None
    customer = await view.customers.get(organization_id, ticket.customer_id)
    if customer is None or customer.blocked or await has_automatic(organization_id, ticket_id, view):
        return None
    try:
        asked = await asked_on(organization_id, ticket_id, view)
    except Conflict:
        return None
    message = await view.conversations.get(organization_id, asked.about)
    return asked if message is not None and _is_a_persons(message) else None


def _is_a_persons(message: Conversation) -> bool:
    """Whether a person wrote it: an absence notice or a newsletter waits for no answer."""
    return "nature" not in message.metadata
