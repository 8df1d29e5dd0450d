"""Sheets: small pages beside a ticket. With script they open in a dialog over it, without they are pages."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core.tickets import Ticket
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.inbox.ticket_place import asked_with, list_of
from helpdesk_http.who import Caller


async def sheet(
    template: str, request: Request, who: Caller, ticket: Ticket, status: int = 200, **values: Any
) -> Response:
    """A sheet of this template, which extends `ticket/sheet.html`."""
    return await desk_page(
        template,
        request,
        who,
        "inbox",
        status,
        ticket=ticket,
        base=f"/app/tickets/{ticket.number}",
        inside=asked_with(list_of(request)),
        **{"error": "", **values},
    )
