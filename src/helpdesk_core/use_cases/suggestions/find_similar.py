"""Which solved tickets are like this one, and what that tells about it."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from attrs import frozen

from helpdesk_core.errors import Conflict
from helpdesk_core.ids import OrganizationId, TicketId
from helpdesk_core.knowledge.passages import Found, SourceKind
from helpdesk_core.ports.store import Store, View
from helpdesk_core.suggestions.properties import Alike, Properties, properties_for
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.suggestions.find_question import asked_on
from helpdesk_core.use_cases.suggestions.suggest_replies import Retrieve, excerpt_of
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket

PASSAGES_EACH: Final = 3
"""Passages that are looked at for each ticket that is wanted: a long ticket has several."""
GOING_BY: Final = 15
"""Tickets by which properties are suggested."""


@frozen
class FindSimilar:
    """Solved tickets whose questions are like this one's, the most alike first. Finds none where nothing is asked."""

    store: Store
    retrieve: Retrieve

    async def __call__(
        self, organization_id: OrganizationId, ticket_id: TicketId, most: int
    ) -> Sequence[Alike]:
        """At most so many. NotFound where there is no such ticket."""
        return (await self._found(organization_id, ticket_id, most))[1]

    async def properties(self, organization_id: OrganizationId, ticket_id: TicketId) -> Properties:
        """Tags and priority as those tickets have them. NotFound where there is no such ticket."""
        ticket, alike = await self._found(organization_id, ticket_id, GOING_BY)
        return properties_for(ticket, alike)

    async def _found(
        self, organization_id: OrganizationId, ticket_id: TicketId, most: int
    ) -> tuple[Ticket, Sequence[Alike]]:
        ticket = await self.store.read(partial(existing_ticket, organization_id, ticket_id))
        try:
            asked = await self.store.read(partial(asked_on, organization_id, ticket.id))
        except Conflict:
            return ticket, ()
        found = await self.retrieve(
            organization_id, asked.terms, (most + 1) * PASSAGES_EACH, SourceKind.TICKET
        )
        return ticket, (await self.store.read(partial(_alike, ticket, found)))[:most]


async def _alike(ticket: Ticket, found: Sequence[Found], view: View) -> Sequence[Alike]:
    """The tickets of what was found, each by its best passage."""
    best: dict[TicketId, Found] = {}
    for one in found:
        best.setdefault(TicketId(one.passage.source_id), one)
    alike = []
    for place, (ticket_id, one) in enumerate(best.items()):
        other = await view.tickets.get(ticket.organization_id, ticket_id)
        if other is None or other.id == ticket.id or other.merged_into_id is not None:
            continue
        weight = max(one.likeness, 0.01) if one.likeness is not None else 1 / (place + 1)
        excerpt = excerpt_of(one.passage.question or one.passage.text)
        alike.append(Alike(other, weight, excerpt, one.likeness))
    return alike
