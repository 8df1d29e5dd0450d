"""The reply that is suggested on a ticket's page: to be taken into the answer, asked for, or put away."""

from contextlib import aclosing, suppress
from functools import partial
from typing import Final
from uuid import UUID

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.errors import Conflict, existing
from helpdesk_core.ids import OrganizationId, SuggestionId, TicketId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import SuggestionFilter
from helpdesk_core.ports.store import View
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState
from helpdesk_core.tickets import Ticket
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller

PATIENCE: Final = 60.0
"""Seconds that a page waits for a reply to be written."""
NEWEST: Final = Page(1)


async def newest_offered(
    organization_id: OrganizationId, ticket_id: TicketId, view: View
) -> Suggestion | None:
    """The newest suggestion that nobody has decided about, one that found nothing included."""
    wanted = SuggestionFilter(ticket_id, SuggestionState.OFFERED)
    found = await view.suggestions.page(organization_id, wanted, NEWEST)
    return next(iter(found.items), None)


def is_taken(request: Request, suggestion: Suggestion | None) -> bool:
    """Whether the address asks for this suggestion as the beginning of the answer."""
    asked_for = suggestion is not None and request.query_params.get("suggestion") == str(suggestion.id)
    return asked_for and suggestion is not None and suggestion.grounded


def suggestion_in(text: str) -> SuggestionId | None:
    """The suggestion that a form names, if it names one. Total."""
    try:
        return SuggestionId(UUID(text)) if text else None
    except ValueError:
        return None


async def suggest_reply(request: Request, who: Caller) -> Response:
    """Has one written, and shows it."""
    desk, number = desk_of(request), request.path_params["number"]
    ticket = await desk.store().read(partial(_numbered, who.organization_id, number))
    verb = desk.suggest_replies()
    try:
        asked = await verb.asked(who.organization_id, ticket.id)
        with anyio.move_on_after(PATIENCE):
            async with aclosing(verb.write(asked, who.actor)) as telling:
                async for _ in telling:
                    continue
    except Conflict:  # there is nothing to answer, or there no longer is: the page shows it
        return RedirectResponse(f"/app/tickets/{number}#answer", 303)
    return RedirectResponse(f"/app/tickets/{number}#suggestion", 303)


async def dismiss_suggested(request: Request, who: Caller) -> Response:
    suggestion_id = SuggestionId(request.path_params["suggestion_id"])
    with suppress(Conflict):  # somebody was quicker, and has sent it: the page shows that
        await desk_of(request).dismiss_suggestion()(who.organization_id, suggestion_id, who.actor)
    return RedirectResponse(f"/app/tickets/{request.path_params['number']}#answer", 303)


async def _numbered(organization_id: OrganizationId, number: int, view: View) -> Ticket:
    return existing(await view.tickets.by_number(organization_id, number), "ticket", number)
