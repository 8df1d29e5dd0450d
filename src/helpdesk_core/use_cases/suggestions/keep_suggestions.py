"""Suggestions are kept, and what becomes of them is."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from attrs import evolve

from helpdesk_core.errors import Conflict, InvalidValue
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import OrganizationId, SuggestionId, TicketId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import SuggestionFilter
from helpdesk_core.ports.store import View, Work
from helpdesk_core.suggestions.counting import MILLIONTHS
from helpdesk_core.suggestions.settling import settled, state_after
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.suggestions.find_question import Asked, still_stands
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket


async def keep_suggestions(
    asked: Asked, made: Sequence[Suggestion], fell_back: bool, work: Work, occasion: Occasion
) -> Sequence[Suggestion]:
    """The step: suggestions for what was asked, as they are kept.

    NotFound where the ticket is gone; Conflict where a message of the question is, or was blacked out: its words are
    not to live on in them. One that the desk made by itself is kept only where the ticket has none of that kind.
    """
    organization_id = asked.ticket.organization_id
    ticket = await existing_ticket(organization_id, asked.ticket.id, work)
    if not await still_stands(asked, work):
        raise Conflict("What was asked is no longer there; what answers it was not kept.")
    if made[0].automatic and await has_automatic(organization_id, ticket.id, work):
        return ()
    kept = [evolve(one, ticket_id=ticket.id) for one in made]
    for place, one in enumerate(kept):
        await work.suggestions.add(one)
        await work.log.append(_created(one, ticket, fell_back and place == 0, occasion))
    return kept


async def settle_suggestion(
    suggestion: Suggestion, state: SuggestionState, ticket: Ticket, work: Work, occasion: Occasion
) -> Suggestion:
    """The step: what became of it; Conflict where that was known before."""
    changed = settled(suggestion, state, occasion.actor, occasion.at)
    await work.suggestions.replace(changed)
    data = {
        "ticket_id": str(ticket.id),
        "channel": ticket.channel.value,
        "grounded": suggestion.grounded,
    }
    event = occasion.event(ticket.organization_id, f"suggestion.{state.value}", suggestion.id, data)
    await work.log.append(event)
    return changed


async def usable_suggestion(ticket: Ticket, suggestion_id: SuggestionId, view: View) -> Suggestion:
    """The suggestion that an answer on this ticket is made of.

    InvalidValue where there is no such one for this ticket, or it answers nothing; Conflict where it was settled.
    """
    found = await view.suggestions.get(ticket.organization_id, suggestion_id)
    if found is None or found.ticket_id != ticket.id:
        raise InvalidValue("suggestion_id", "is no suggestion for this ticket")
    if not found.grounded:
        raise InvalidValue("suggestion_id", "is a suggestion that found nothing, and no answer")
    if found.state is not SuggestionState.OFFERED:
        raise Conflict(f"The suggestion was {found.state.value} already.")
    return found


async def use_suggestion(
    suggestion: Suggestion, sent: str, ticket: Ticket, work: Work, occasion: Occasion
) -> Suggestion:
    """The step: it was sent, as it was or with changes."""
    return await settle_suggestion(suggestion, state_after(suggestion, sent), ticket, work, occasion)


async def has_automatic(organization_id: OrganizationId, ticket_id: TicketId, view: View) -> bool:
    """Whether the desk has made a suggestion for the ticket by itself."""
    page: Page | None = Page(100, "created_at")
    while page is not None:
        found = await view.suggestions.page(organization_id, SuggestionFilter(ticket_id), page)
        if any(one.automatic for one in found.items):
            return True
        page = None if found.next is None else evolve(page, after=found.next)
    return False


def _created(suggestion: Suggestion, ticket: Ticket, fell_back: bool, occasion: Occasion) -> DomainEvent:
    usage = suggestion.usage
    data: dict[str, Any] = {
        "ticket_id": str(ticket.id),
        "channel": ticket.channel.value,
        "grounded": suggestion.grounded,
        "automatic": suggestion.automatic,
        "fell_back": fell_back,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost_millionths": millionths(usage.cost),
    }
    return occasion.event(ticket.organization_id, "suggestion.created", suggestion.id, data)


def millionths(cost: Decimal | None) -> int | None:
    """The cost as a whole number; None where there are no prices."""
    return None if cost is None else int((cost * MILLIONTHS).to_integral_value())
