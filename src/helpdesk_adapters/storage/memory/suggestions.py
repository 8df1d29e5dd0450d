"""Suggested replies."""

from collections.abc import Sequence

from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.tables import Groups, Journal, Refers, Table
from helpdesk_adapters.storage.memory.tickets import Tickets
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import OrganizationId, SuggestionId, TicketId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import SuggestionFilter
from helpdesk_core.suggestions.suggestions import Suggestion


class Suggestions:
    def __init__(self, journal: Journal, tickets: Tickets) -> None:
        self._lists = sorted_by(Suggestion, ("created_at",), lambda row: row.organization_id)
        self._of_ticket = Groups[SuggestionId, Suggestion](lambda row: row.ticket_id)
        known = Refers[SuggestionId, Suggestion]("ticket", lambda row: row.ticket_id, tickets.rows)
        self._rows = Table(journal, *self._lists.values(), self._of_ticket, known)
        tickets.rows.before_drop.append(lambda ticket: self._drop_of(ticket.id))

    async def get(self, organization_id: OrganizationId, suggestion_id: SuggestionId) -> Suggestion | None:
        found = self._rows.get(suggestion_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(
        self, organization_id: OrganizationId, wanted: SuggestionFilter, page: Page
    ) -> Slice[Suggestion]:
        return page_of(self._lists, organization_id, self._rows, page, lambda row: _is(row, wanted))

    async def add(self, suggestion: Suggestion) -> None:
        self._rows.add(suggestion.id, suggestion)

    async def replace(self, suggestion: Suggestion) -> None:
        if await self.get(suggestion.organization_id, suggestion.id) is None:
            raise NotFound("suggestion", suggestion.id)
        self._rows.put(suggestion.id, suggestion)

    async def forget(self, organization_id: OrganizationId, ticket_ids: Sequence[TicketId]) -> None:
        for ticket_id in ticket_ids:
            for key in self._of_ticket.of(ticket_id):
                if self._rows[key].organization_id == organization_id:
                    self._rows.drop(key)

    def _drop_of(self, ticket_id: TicketId) -> None:
        for key in self._of_ticket.of(ticket_id):
            self._rows.drop(key)


def _is(suggestion: Suggestion, wanted: SuggestionFilter) -> bool:
    return (
        wanted.ticket_id in (None, suggestion.ticket_id)
        and wanted.state in (None, suggestion.state)
        and wanted.grounded in (None, suggestion.grounded)
    )
