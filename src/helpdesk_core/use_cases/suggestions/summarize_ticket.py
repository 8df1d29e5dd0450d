"""A long ticket in a few sentences."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from attrs import frozen

from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.paging import Page
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.ports.store import Store, View
from helpdesk_core.suggestions.summarizing import Point, Said, Who, summarized, text_of_points
from helpdesk_core.use_cases.suggestions.find_question import LONGEST_MESSAGE, words_in
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket

EMBEDDED: Final = "embedded"
OLDEST: Final = 5
"""Of a ticket with more messages than are read, so many of the first are, beside the newest hundred."""


class Summarizer(Protocol):
    """Summarizes by a model."""

    @property
    def name(self) -> str: ...

    async def summary(self, said: Sequence[Said], language: str, names: Sequence[str]) -> str:
        """In this language; `names` are those of people who are spoken of. Raises ModelUnavailable."""
        ...


@frozen
class Summary:
    """What was said on a ticket. `points`: the very sentences, where no model wrote it."""

    text: str
    points: Sequence[Point]
    made_by: str
    messages: int
    """How many it is made of."""


@frozen
class SummarizeTicket:
    """Summarizes what customer and agents have said to each other; by the model where there is one and it answers,
    else by the sentences that say most. Notes among colleagues are left out.
    """

    store: Store
    summarizer: Summarizer | None
    fell_back: Callable[[ModelUnavailable], None]

    async def __call__(self, organization_id: OrganizationId, ticket_id: TicketId) -> Summary:
        """NotFound where there is no such ticket; an empty one where nothing was said."""
        said, language, names = await self.store.read(partial(_said_on, organization_id, ticket_id))
        if self.summarizer is not None and said:
            try:
                text = (await self.summarizer.summary(said, language, names)).strip()
            except ModelUnavailable as failure:
                self.fell_back(failure)
            else:
                if text:
                    return Summary(text, (), self.summarizer.name, len(said))
        points = summarized(said)
        return Summary(text_of_points(points), points, EMBEDDED, len(said))


async def _said_on(
    organization_id: OrganizationId, ticket_id: TicketId, view: View
) -> tuple[Sequence[Said], str, Sequence[str]]:
    ticket = await existing_ticket(organization_id, ticket_id, view)
    newest = await view.conversations.of_ticket(organization_id, ticket.id, Page(100))
    messages = list(newest.items)[::-1]
    if newest.next is not None:
        first = await view.conversations.of_ticket(organization_id, ticket.id, Page(OLDEST, "created_at"))
        known = {one.id for one in messages}
        messages = [*(one for one in first.items if one.id not in known), *messages]
    organization = existing(await view.organizations.get(organization_id), "organization", organization_id)
    customer = await view.customers.get(organization_id, ticket.customer_id)
    names = dict.fromkeys((customer.name if customer else "", *(one.author.name for one in messages)))
    told = [_said(one) for one in messages if _counts(one)]
    return told, organization.language, [name for name in names if name.strip()]


def _counts(message: Conversation) -> bool:
    told = message.kind is not Kind.NOTE and not message.said_by_itself
    return told and bool(words_in(message))


def _said(message: Conversation) -> Said:
    who: Who = "customer" if message.kind is Kind.INBOUND else "agent"
    return Said(message.id, who, words_in(message)[:LONGEST_MESSAGE])
