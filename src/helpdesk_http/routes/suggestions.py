"""Suggested replies."""

from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.ids import SuggestionId, TicketId
from helpdesk_core.paging import Slice
from helpdesk_core.ports.repositories import SuggestionFilter
from helpdesk_core.ports.store import View
from helpdesk_core.suggestions.suggestions import Suggestion, SuggestionState
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.users import Role, Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Number, camel
from helpdesk_http.operations import Operation, Reply, key, operation, session_or_key
from helpdesk_http.suggestion_stream import SuggestionStream
from helpdesk_http.suggestion_views import SuggestionView, suggestion_view
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller


@camel
@frozen(kw_only=True)
class SuggestionRequest:
    """For which ticket, and how many replies that differ: where there is but one to give, it is one."""

    ticket_id: UUID
    count: Annotated[int, Number(min=1, max=3)] = 1


@frozen(kw_only=True)
class SuggestionQuery:
    """Filters of the list."""

    state: Annotated[SuggestionState | None, About(doc="Only those in this state.")] = None
    limit: Limit = 25
    sort: Literal["-created_at", "created_at"] = "-created_at"
    cursor: Cursor | None = None


async def stream_reply_suggestions(desk: Container, who: Caller, body: SuggestionRequest) -> Response:
    """Write replies to a ticket's customer, as server-sent events.

    `suggestion.start` (`index`, `made_by`), `token` (`index`, `text`) and `suggestion.end` (`index`, `id`, `text`,
    `sources`) for each reply, then `done`: all are kept with the ticket. Where the model fails, a reply begins anew
    with `restarted` and is written without it. `error` (`message`) ends a stream of which nothing is kept; so does
    closing it. Where nothing is known that answers, the only reply says so and has no sources.
    """
    verb = desk.suggest_replies()
    asked = await verb.asked(who.organization_id, TicketId(body.ticket_id))
    return SuggestionStream(verb.write(asked, who.actor, body.count))


async def list_suggestions(
    desk: Container, who: Caller, request: Request, ticket_id: UUID, query: SuggestionQuery
) -> Reply[Listed[SuggestionView]]:
    """List the replies that were suggested for a ticket, the newest first."""
    name = f"suggestions:{ticket_id}"
    page = page_of(desk, name, query)

    async def look(view: View) -> Slice[Suggestion]:
        ticket = await existing_ticket(who.organization_id, TicketId(ticket_id), view)
        wanted = SuggestionFilter(ticket.id, query.state)
        return await view.suggestions.page(who.organization_id, wanted, page)

    found = await desk.store().read(look)
    return listed(desk, request, name, query, [*map(suggestion_view, found.items)], found.next)


async def dismiss_suggestion(desk: Container, who: Caller, suggestion_id: UUID) -> SuggestionView:
    """Say that nobody wants a suggestion. One that was sent stays what it is (409)."""
    dismissed = await desk.dismiss_suggestion()(who.organization_id, SuggestionId(suggestion_id), who.actor)
    return suggestion_view(dismissed)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST /api/ai/stream-reply-suggestions",
        stream_reply_suggestions,
        tag="Suggestions",
        auth=session_or_key(Role.AGENT, Scope.WRITE),
        answer_media="text/event-stream",
        errors=(404, 409),
    ),
    operation(
        "GET /api/v1/tickets/{ticket_id}/suggestions",
        list_suggestions,
        tag="Suggestions",
        auth=key(Scope.READ),
        errors=(404,),
    ),
    operation(
        "POST /api/v1/suggestions/{suggestion_id}/dismiss",
        dismiss_suggestion,
        tag="Suggestions",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
)
