"""Where in a list a ticket was opened, and which tickets stand before and behind it there."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_core.errors import NotFound
from helpdesk_core.ids import OrganizationId, SavedViewId, UserId
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.automation.show_views import existing_view, filter_of
from helpdesk_http.web.inbox.queues import QUEUES

KEPT: Final = ("queue", "view")
USUAL: Final = "open"
NEWEST: Final = "-last_message_at"


@frozen
class Neighbours:
    """Numbers of the tickets before and behind one in its list; None at either end."""

    before: int | None = None
    behind: int | None = None


def list_of(request: Request) -> Mapping[str, str]:
    """The list that the ticket was opened from: by its own address, else by the page that led to it."""
    query = {name: request.query_params[name] for name in KEPT if request.query_params.get(name)}
    if query:
        return dict(list(query.items())[:1])
    asked = _asked_before(request.headers.get("referer", ""))
    return {name: asked[name][0] for name in KEPT if asked.get(name)}


def _asked_before(referer: str) -> Mapping[str, list[str]]:
    """What the list was asked for that somebody comes from; nothing where they come from elsewhere. Total."""
    try:
        came = urlsplit(referer)
    except ValueError:
        return {}
    return parse_qs(came.query) if came.path == "/app" else {}


def asked_with(query: Mapping[str, str]) -> str:
    """What stands behind an address, so that it goes on in the same list."""
    return f"?{urlencode(query)}" if query else ""


async def neighbours(
    ticket: Ticket, query: Mapping[str, str], organization_id: OrganizationId, user_id: UserId, view: View
) -> Neighbours:
    """Found from the ticket's own place in the order of the list, whether it is still in that or not."""
    wanted, sort = await _wanted(query, organization_id, user_id, view)
    value = getattr(ticket, sort.removeprefix("-"))
    if value is None:
        return Neighbours()
    other_way = sort[1:] if sort.startswith("-") else f"-{sort}"
    at = Position(value, ticket.id)

    async def next_by(order: str) -> int | None:
        found = await view.tickets.page(organization_id, wanted, Page(1, order, at))
        return found.items[0].number if found.items else None

    return Neighbours(await next_by(other_way), await next_by(sort))


async def _wanted(
    query: Mapping[str, str], organization_id: OrganizationId, user_id: UserId, view: View
) -> tuple[TicketFilter, str]:
    if "view" in query:
        try:
            saved = await existing_view(organization_id, SavedViewId(UUID(query["view"])), view)
            return filter_of(saved.filter), saved.sort
        except (NotFound, ValueError):  # it was taken away meanwhile, or never was
            return QUEUES[USUAL].filter_for(user_id), NEWEST
    queue = QUEUES.get(query.get("queue", USUAL), QUEUES[USUAL])
    return queue.filter_for(user_id), NEWEST
