"""The pages that the server renders: the site map, log-in, and the list of tickets."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from helpdesk_adapters.container import Container
from helpdesk_core.addresses import is_email
from helpdesk_core.customers import EMAIL, Contact, Customer
from helpdesk_core.errors import TooManyAttempts, WrongCredentials
from helpdesk_core.ids import OrganizationId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.users import Role
from helpdesk_http.clients import peer
from helpdesk_http.cursors import cursor_of
from helpdesk_http.routes.auth import forget_session, remember
from helpdesk_http.web.guarded import NEWEST_FIRST, form_of, guarded, organization_of, place_in
from helpdesk_http.web.held import discard_mail, held_count, held_mail, held_page, release_mail
from helpdesk_http.web.integrations import (
    connect_by_hand,
    connect_mailbox,
    disconnect_account,
    integrations_page,
    leave_for_provider,
)
from helpdesk_http.web.public import public_routes
from helpdesk_http.web.rendering import HERE, desk_of, render
from helpdesk_http.web.suggested import dismiss_suggested, suggest_reply
from helpdesk_http.web.ticket import post_message, retry_message, ticket_page
from helpdesk_http.who import SESSION_COOKIE, Caller, refuse_foreign_origin

QUEUES: Final[Mapping[str, tuple[str, tuple[Status, ...]]]] = {
    "open": ("Open", (Status.OPEN,)),
    "waiting": ("Waiting", (Status.PENDING, Status.ON_HOLD)),
    "done": ("Done", (Status.RESOLVED, Status.CLOSED)),
    "all": ("All", ()),
}
TICKET_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,8})")


def page_routes() -> list[BaseRoute]:
    """Every page, and the files they need."""
    settings = "/app/settings/integrations"
    return [
        *public_routes(),
        Route("/app", guarded(inbox)),
        Route("/app/login", log_in_page, methods=["GET"]),
        Route("/app/login", log_in, methods=["POST"]),
        Route("/app/logout", log_out, methods=["POST"]),
        Route("/app/tickets/{number:int}", guarded(ticket_page)),
        Route("/app/tickets/{number:int}/messages", guarded(post_message), methods=["POST"]),
        Route(
            "/app/tickets/{number:int}/retry/{conversation_id:uuid}", guarded(retry_message), methods=["POST"]
        ),
        Route("/app/tickets/{number:int}/suggestions", guarded(suggest_reply), methods=["POST"]),
        Route(
            "/app/tickets/{number:int}/suggestions/{suggestion_id:uuid}/dismiss",
            guarded(dismiss_suggested),
            methods=["POST"],
        ),
        Route("/app/held", guarded(held_page)),
        Route("/app/held/{mail_id:uuid}", guarded(held_mail)),
        Route("/app/held/{mail_id:uuid}/release", guarded(release_mail), methods=["POST"]),
        Route("/app/held/{mail_id:uuid}/discard", guarded(discard_mail), methods=["POST"]),
        Route(settings, guarded(integrations_page, Role.ADMIN)),
        Route(f"{settings}/mailbox", guarded(connect_mailbox, Role.ADMIN), methods=["POST"]),
        Route(f"{settings}/by-hand/{{provider}}", guarded(connect_by_hand, Role.ADMIN), methods=["POST"]),
        Route(f"{settings}/go/{{provider}}", guarded(leave_for_provider, Role.ADMIN)),
        Route(
            f"{settings}/{{integration_id:uuid}}/disconnect",
            guarded(disconnect_account, Role.ADMIN),
            methods=["POST"],
        ),
        Mount("/app/static", StaticFiles(directory=HERE / "static")),
    ]


async def log_in_page(request: Request) -> Response:
    return render("login.html", request, next=_inside(request.query_params.get("next")), email="", error="")


async def log_in(request: Request) -> Response:
    refuse_foreign_origin(request)
    form = await form_of(request, 10_000)
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    target = _inside(str(form.get("next", "")))
    try:
        token, _ = await desk_of(request).log_in()(email, password, peer(request))
    except (WrongCredentials, TooManyAttempts) as refusal:
        status = 429 if isinstance(refusal, TooManyAttempts) else 401
        return render("login.html", request, status, next=target, email=email, error=str(refusal))
    response = RedirectResponse(target, 303)
    remember(response, token, request)
    return response


async def log_out(request: Request) -> Response:
    refuse_foreign_origin(request)
    await forget_session(desk_of(request), request)
    response = RedirectResponse("/app/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


async def inbox(request: Request, who: Caller) -> Response:
    desk = desk_of(request)
    queue = request.query_params.get("queue", "open")
    _, statuses = QUEUES.get(queue, QUEUES["open"])
    q = request.query_params.get("q", "").strip()[:200]
    if number := TICKET_NUMBER.fullmatch(q):
        return RedirectResponse(f"/app/tickets/{number[1]}", 303)
    name = f"inbox:{queue}:{q}"
    page = place_in(desk, name, 25, request)
    wanted = await _sought(q, who.organization_id, desk) if q else TicketFilter(status=statuses)
    organization, found, customers, held = await desk.store().read(
        partial(_queue, who.organization_id, wanted, page)
    )
    cursor = cursor_of(desk, name, NEWEST_FIRST, found.next) if found.next else None
    return render(
        "inbox.html",
        request,
        user=who.user,
        organization=organization,
        here="tickets",
        held=held,
        queue=queue,
        queues=[(key, label) for key, (label, _) in QUEUES.items()],
        q=q,
        rows=[(ticket, _called(customers.get(ticket.customer_id))) for ticket in found.items],
        more="/app?" + urlencode({"q": q, "cursor": cursor} if q else {"queue": queue, "cursor": cursor})
        if cursor
        else "",
        address=desk.domain().address_of(organization),
    )


async def _sought(q: str, organization_id: OrganizationId, desk: Container) -> TicketFilter:
    """What is searched for: a customer's tickets by their address, else words."""
    if is_email(q):
        contact = Contact(EMAIL, q.lower())
        customer = await desk.store().read(lambda view: view.customers.by_contact(organization_id, contact))
        if customer is not None:
            return TicketFilter(customer_id=customer.id)
    return TicketFilter(q=q)


def _called(customer: Customer | None) -> str:
    if customer is None:
        return "Unknown customer"
    return customer.name or customer.email or next(iter(customer.phones), "Unknown customer")


def _inside(target: str | None) -> str:
    """A target of our own pages; anything else would let a link send people elsewhere."""
    if not target or not target.startswith("/app") or target.startswith("//") or "\\" in target:
        return "/app"
    parts = urlsplit(target)
    return "/app" if parts.scheme or parts.netloc else target


async def _queue(
    organization_id: OrganizationId, wanted: TicketFilter, page: Page, view: View
) -> tuple[Organization, Slice[Ticket], Mapping[Any, Customer], str]:
    found = await view.tickets.page(organization_id, wanted, page)
    ids: Sequence[Any] = list({ticket.customer_id for ticket in found.items})
    customers = await view.customers.many(organization_id, ids)
    organization = await organization_of(organization_id, view)
    return organization, found, customers, await held_count(organization_id, view)
