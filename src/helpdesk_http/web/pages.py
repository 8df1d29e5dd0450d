"""The pages that the server renders: log-in, the list of tickets, a ticket and its answer form."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from helpdesk_adapters.container import Container
from helpdesk_core.addresses import is_email
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, Kind
from helpdesk_core.customers import EMAIL, Contact, Customer
from helpdesk_core.email.showing import shown_html
from helpdesk_core.errors import InvalidValue, NotFound, Refusal, TooManyAttempts, WrongCredentials, existing
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.change_ticket import TicketChange
from helpdesk_core.use_cases.post_conversation import Draft, agent_author
from helpdesk_core.users import User
from helpdesk_http.clients import peer
from helpdesk_http.cursors import cursor_of, position_of
from helpdesk_http.message_views import images_of
from helpdesk_http.middleware import limited
from helpdesk_http.routes.auth import forget_session, remember
from helpdesk_http.web.public import public_routes
from helpdesk_http.web.rendering import HERE, desk_of, render
from helpdesk_http.who import SESSION_COOKIE, Caller, caller_of, recognise, refuse_foreign_origin

QUEUES: Final[Mapping[str, tuple[str, tuple[Status, ...]]]] = {
    "open": ("Open", (Status.OPEN,)),
    "waiting": ("Waiting", (Status.PENDING, Status.ON_HOLD)),
    "done": ("Done", (Status.RESOLVED, Status.CLOSED)),
    "all": ("All", ()),
}
LONGEST_ANSWER: Final = 100_000
NEWEST_FIRST: Final = "-created_at"
TICKET_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,8})")

Page_ = Callable[[Request], Awaitable[Response]]


def page_routes() -> list[BaseRoute]:
    """Every page, and the files they need."""
    return [
        *public_routes(),
        Route("/app", _guarded(inbox)),
        Route("/app/login", log_in_page, methods=["GET"]),
        Route("/app/login", log_in, methods=["POST"]),
        Route("/app/logout", log_out, methods=["POST"]),
        Route("/app/tickets/{number:int}", _guarded(ticket_page)),
        Route("/app/tickets/{number:int}/messages", _guarded(post_message), methods=["POST"]),
        Route(
            "/app/tickets/{number:int}/retry/{conversation_id:uuid}",
            _guarded(retry_message),
            methods=["POST"],
        ),
        Mount("/app/static", StaticFiles(directory=HERE / "static")),
    ]


async def log_in_page(request: Request) -> Response:
    return render("login.html", request, next=_inside(request.query_params.get("next")), email="", error="")


async def log_in(request: Request) -> Response:
    refuse_foreign_origin(request)
    form = await _form(request, 10_000)
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
    page = _page_of(desk, name, 25, request)
    wanted = await _sought(q, who.organization_id, desk) if q else TicketFilter(status=statuses)
    organization, found, customers = await desk.store().read(
        partial(_queue, who.organization_id, wanted, page)
    )
    cursor = cursor_of(desk, name, NEWEST_FIRST, found.next) if found.next else None
    return render(
        "inbox.html",
        request,
        user=who.user,
        organization=organization,
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


async def ticket_page(request: Request, who: Caller, *, draft: str = "", error: str = "") -> Response:
    desk = desk_of(request)
    number = request.path_params["number"]
    name = f"thread:{number}"
    page = _page_of(desk, name, 50, request)
    organization, ticket, customer, found, files = await desk.store().read(
        partial(_thread, who.organization_id, number, page)
    )
    older = cursor_of(desk, name, NEWEST_FIRST, found.next) if found.next else None
    return render(
        "ticket.html",
        request,
        422 if error else 200,
        user=who.user,
        organization=organization,
        ticket=ticket,
        customer=customer,
        messages=list(reversed(found.items)),
        files=lambda message: [files[id_] for id_ in message.attachment_ids if id_ in files],
        html=lambda message: shown_html(message.content_html, images_of(message, files), remote=False),
        statuses=[status for status in Status if status is not ticket.status],
        older=f"?{urlencode({'cursor': older})}" if older else "",
        draft=draft,
        error=error,
    )


async def post_message(request: Request, who: Caller) -> Response:
    form = await _form(request, 16 * LONGEST_ANSWER)
    text = str(form.get("text", "")).replace("\r\n", "\n").replace("\x00", "")
    kind = Kind.NOTE if form.get("kind") == "note" else Kind.REPLY
    chosen = str(form.get("status", ""))
    status = Status(chosen) if chosen in set(Status) else None
    if len(text) > LONGEST_ANSWER or (not text.strip() and form.get("kind") != "status"):
        reason = "The text is too long." if text.strip() else "Write something first."
        return await ticket_page(request, who, draft=text[:LONGEST_ANSWER], error=reason)
    desk, number = desk_of(request), request.path_params["number"]
    ticket = existing(
        await desk.store().read(lambda view: view.tickets.by_number(who.organization_id, number)),
        "ticket",
        number,
    )
    if form.get("kind") == "status":
        change = TicketChange(status=status) if status else TicketChange()
        await desk.change_ticket()(who.organization_id, ticket.id, who.actor, change)
        return RedirectResponse(f"/app/tickets/{number}", 303)
    draft = Draft(content=document_from_text(text), author=agent_author(who.actor), status=status)
    try:
        posted = await desk.post_conversation()(who.organization_id, ticket.id, who.actor, kind, draft)
    except Refusal as refusal:
        return await ticket_page(request, who, draft=text, error=str(refusal))
    return RedirectResponse(f"/app/tickets/{number}#m-{posted.id}", 303)


async def retry_message(request: Request, who: Caller) -> Response:
    conversation_id = ConversationId(request.path_params["conversation_id"])
    await desk_of(request).retry_reply()(who.organization_id, conversation_id, who.actor)
    return RedirectResponse(f"/app/tickets/{request.path_params['number']}#m-{conversation_id}", 303)


def _guarded(page: Callable[[Request, Caller], Awaitable[Response]]) -> Page_:
    """The page for those who are logged in and belong to an organization; the others are led to what they can do."""

    async def guarded(request: Request) -> Response:
        refuse_foreign_origin(request)
        try:
            user = await recognise(desk_of(request), request)
        except WrongCredentials:
            asked = f"{request.url.path}?{request.url.query}".rstrip("?")
            return RedirectResponse(f"/app/login?{urlencode({'next': asked})}", 303)
        if user.organization_id is None:
            return _message(
                request, user, 403, "No organization", "Your account does not belong to an organization."
            )
        try:
            return await page(request, caller_of(user))
        except NotFound as missing:
            return _message(request, user, 404, "Not found", str(missing))
        except InvalidValue as wrong:
            return _message(request, user, 400, "That address is not right", str(wrong))
        except Refusal as refusal:
            return _message(request, user, 409, "That did not work", str(refusal))

    return guarded


def _message(request: Request, user: User, status: int, title: str, text: str) -> Response:
    back, back_text = ("/app", "Back to the tickets") if user.organization_id else ("/", "Front page")
    return render(
        "message.html", request, status, user=user, title=title, text=text, back=back, back_text=back_text
    )


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


async def _form(request: Request, limit: int) -> FormData:
    """The form, of which never more than `limit` bytes are taken."""
    bounded = Request(request.scope, limited(request.scope, request.receive, limit))
    return await bounded.form(max_files=0, max_fields=10, max_part_size=limit)


def _page_of(desk: Container, name: str, limit: int, request: Request) -> Page:
    cursor = request.query_params.get("cursor")
    return Page(limit, NEWEST_FIRST, position_of(desk, name, NEWEST_FIRST, cursor) if cursor else None)


Thread = tuple[Organization, Ticket, Customer | None, Slice[Conversation], Mapping[AttachmentId, Attachment]]


async def _organization(organization_id: OrganizationId, view: View) -> Organization:
    return existing(await view.organizations.get(organization_id), "organization", organization_id)


async def _queue(
    organization_id: OrganizationId, wanted: TicketFilter, page: Page, view: View
) -> tuple[Organization, Slice[Ticket], Mapping[Any, Customer]]:
    found = await view.tickets.page(organization_id, wanted, page)
    ids: Sequence[Any] = list({ticket.customer_id for ticket in found.items})
    return await _organization(organization_id, view), found, await view.customers.many(organization_id, ids)


async def _thread(organization_id: OrganizationId, number: int, page: Page, view: View) -> Thread:
    ticket = existing(await view.tickets.by_number(organization_id, number), "ticket", number)
    found = await view.conversations.of_ticket(organization_id, ticket.id, page)
    ids = [AttachmentId(id_) for message in found.items for id_ in message.attachment_ids]
    files = await view.attachments.many(organization_id, ids)
    customer = await view.customers.get(organization_id, ticket.customer_id)
    return await _organization(organization_id, view), ticket, customer, found, files
