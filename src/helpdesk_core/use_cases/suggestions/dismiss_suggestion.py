"""Somebody does not want a suggestion."""

from attrs import frozen

from helpdesk_core.errors import existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, SuggestionId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState
from helpdesk_core.use_cases.suggestions.keep_suggestions import settle_suggestion
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.users import Actor


@frozen
class DismissSuggestion:
    """Dismisses a suggestion, once: done again, nothing more happens. Conflict for one that was sent."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, suggestion_id: SuggestionId, actor: Actor
    ) -> Suggestion:
        async def unit(work: Work) -> Suggestion:
            known = existing(
                await work.suggestions.get(organization_id, suggestion_id), "suggestion", suggestion_id
            )
            if known.state is SuggestionState.DISMISSED:
                return known
            ticket = await existing_ticket(organization_id, known.ticket_id, work)
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await settle_suggestion(known, SuggestionState.DISMISSED, ticket, work, occasion)

        return await self.store.transact(unit)
