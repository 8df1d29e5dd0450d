"""A ticket is merged, taken apart, rated, taken for spam, or taken out of the desk."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from attrs import frozen
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.customers import Customer
from helpdesk_core.errors import AlreadyTaken, Conflict, InvalidValue, Refusal, existing
from helpdesk_core.ids import ConversationId, CustomerId, OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.satisfaction import Score
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.customers.change_customer import CustomerChange
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.words import number_in
from helpdesk_http.web.forms import text
from helpdesk_http.web.guarded import form_of
from helpdesk_http.web.inbox.sheets import sheet
from helpdesk_http.web.inbox.ticket_changes import LARGEST_FORM, changing
from helpdesk_http.web.inbox.ticket_page import address_of, back_to
from helpdesk_http.web.inbox.ticket_place import asked_with, list_of
from helpdesk_http.web.inbox.ticket_reading import ticket_of
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller

FOUND: Final = 8
MOST_SPLIT: Final = 100
LONGEST_SUBJECT: Final = 500
SPAM: Final = "spam"


@frozen
class Candidate:
    """A ticket that could take over another one's messages."""

    ticket: Ticket
    customer: Customer | None


async def merge_sheet(request: Request, who: Caller) -> Response:
    """Which ticket takes over the messages: those of the same customer first, or what a search finds."""
    ticket = await ticket_of(request, who)
    q = request.query_params.get("q", "").strip()[:200]
    found = await desk_of(request).store().read(partial(_candidates, who.organization_id, ticket, q))
    return await sheet("ticket/merge.html", request, who, ticket, q=q, found=found)


async def merge(request: Request, who: Caller) -> Response:
    """The ticket becomes part of another one, which is shown."""
    ticket = await ticket_of(request, who)
    number = number_in(text(await form_of(request, LARGEST_FORM), "into"))
    if number is None:
        raise InvalidValue("into", "is no number of a ticket")
    found = (
        await desk_of(request).store().read(lambda view: view.tickets.by_number(who.organization_id, number))
    )
    into = existing(found, "ticket", number)
    if into.id == ticket.id:
        raise Conflict("A ticket cannot be merged into itself.")
    merged = await desk_of(request).merge_tickets()(who.organization_id, ticket.id, who.actor, into.id)
    return RedirectResponse(f"{address_of(merged)}{asked_with(list_of(request))}", 303)


@changing
async def unmerge(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """A merged ticket lives again."""
    await desk_of(request).unmerge_ticket()(who.organization_id, ticket.id, who.actor)


async def split_sheet(request: Request, who: Caller) -> Response:
    """Whether one message or the rest of them begins a new ticket."""
    return await _split_sheet(request, who, await ticket_of(request, who))


async def split(request: Request, who: Caller) -> Response:
    """A message, or it and the later ones, begin a new ticket, which is shown."""
    ticket = await ticket_of(request, who)
    form = await form_of(request, LARGEST_FORM)
    first = ConversationId(request.path_params["conversation_id"])
    desk = desk_of(request)
    ids: tuple[ConversationId, ...] = (first,)
    if form.get("how") == "rest":
        later = await desk.store().read(
            lambda view: view.conversations.behind(who.organization_id, ticket.id, first, MOST_SPLIT)
        )
        ids = (first, *(one.id for one in later))[:MOST_SPLIT]
    subject = text(form, "subject")[:LONGEST_SUBJECT] or None
    try:
        taken = await desk.split_ticket()(who.organization_id, ticket.id, who.actor, ids, subject)
    except (Conflict, InvalidValue) as refusal:
        return await _split_sheet(request, who, ticket, refusal)
    return RedirectResponse(f"{address_of(taken)}{asked_with(list_of(request))}", 303)


@changing
async def rate(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """How content the customer said they are, noted for them."""
    score = text(form, "score")
    if score not in set(Score):
        raise InvalidValue("score", "must be good or bad")
    comment = text(form, "comment")[:5000] or None
    await desk_of(request).rate_ticket()(who.organization_id, ticket.id, who.actor, Score(score), comment)


@changing
async def block(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """The customer is kept out, or let in again; as spam, the ticket is closed with that tag as well."""
    desk = desk_of(request)
    blocked = form.get("let_in") != "yes"
    change = CustomerChange(blocked=blocked)
    await desk.change_customer()(who.organization_id, CustomerId(ticket.customer_id), who.actor, change)
    if blocked and form.get("spam") == "yes":
        tags = tuple(dict.fromkeys((*ticket.tags, SPAM)))
        spam = TicketChange(status=Status.CLOSED, tags=tags)
        await desk.change_ticket()(who.organization_id, ticket.id, who.actor, spam)


@changing
async def block_domain(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """Mail that matches a pattern opens no ticket from now on."""
    try:
        await desk_of(request).block_sender()(who.organization_id, who.actor, text(form, "pattern"))
    except AlreadyTaken:
        return  # it is kept out already, which is all that was wanted


async def delete(request: Request, who: Caller) -> Response:
    """The ticket leaves the desk with all that was said on it."""
    ticket = await ticket_of(request, who)
    await desk_of(request).delete_ticket()(who.organization_id, ticket.id, who.actor)
    return RedirectResponse(f"/app{asked_with(list_of(request)) or '?queue=open'}&done=removed", 303)


async def back(request: Request, who: Caller) -> Response:
    """Whoever comes to the address of a form, as after logging in again, is led to the ticket."""
    return back_to(request, await ticket_of(request, who))


async def _split_sheet(
    request: Request, who: Caller, ticket: Ticket, refusal: Refusal | None = None
) -> Response:
    conversation_id = request.path_params["conversation_id"]
    values = {"conversation_id": conversation_id, "error": str(refusal or "")}
    return await sheet("ticket/split.html", request, who, ticket, 422 if refusal else 200, **values)


async def _candidates(
    organization_id: OrganizationId, ticket: Ticket, q: str, view: View
) -> Sequence[Candidate]:
    number = number_in(q)
    if number is not None:
        one = await view.tickets.by_number(organization_id, number)
        found = [one] if one is not None and one.merged_into_id is None else []
    else:
        wanted = TicketFilter(q=q) if q else TicketFilter(customer_id=ticket.customer_id)
        found = [*(await view.tickets.page(organization_id, wanted, Page(FOUND + 1, "-created_at"))).items]
    others = [one for one in found if one.id != ticket.id][:FOUND]
    customers = await view.customers.many(organization_id, [*{one.customer_id for one in others}])
    return [Candidate(one, customers.get(one.customer_id)) for one in others]
