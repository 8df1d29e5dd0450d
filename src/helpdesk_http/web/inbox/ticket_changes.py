"""Properties of a ticket and of its customer are set from the ticket's page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core.arrangements import name_key
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.errors import NotFound, Refusal
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.follow_ticket import follower_id_of
from helpdesk_http.routes.customers import CustomerPatch, change_customer
from helpdesk_http.routes.tickets import TicketPatch, change_of
from helpdesk_http.scalars import InvalidBody
from helpdesk_http.web.forms import lines, text
from helpdesk_http.web.guarded import form_of, user_of
from helpdesk_http.web.inbox.field_values import members_in, values_in
from helpdesk_http.web.inbox.snoozing import until
from helpdesk_http.web.inbox.ticket_page import Trouble, back_to, ticket_page
from helpdesk_http.web.inbox.ticket_reading import ticket_of
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.who import Caller
from helpdesk_http.wire import structure

LARGEST_FORM: Final = 512 << 10
CONTROLS: Final = 400
KEYED: Final = ("status", "priority")

Changes = Callable[[Request, Caller, Ticket, FormData], Awaitable[None]]


def changing(change: Changes) -> Callable[[Request, Caller], Awaitable[Response]]:
    """The handler of a form that changes something and leads back to the ticket, which says what was refused."""

    @wraps(change)
    async def handle(request: Request, who: Caller) -> Response:
        ticket = await ticket_of(request, who)
        form = await form_of(request, LARGEST_FORM, CONTROLS)
        try:
            await change(request, who, ticket, form)
        except NotFound:
            raise
        except (InvalidBody, Refusal) as refusal:
            return await ticket_page(request, who, Trouble(change=str(refusal)))
        return back_to(request, ticket)

    return handle


@changing
async def set_properties(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """Whichever of the properties the form has; an empty assignee or team is nobody."""
    patch = structure(TicketPatch, _properties(form, ticket))
    await desk_of(request).change_ticket()(who.organization_id, ticket.id, who.actor, change_of(patch))


@changing
async def set_fields(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """The custom fields that the form shows."""
    desk = desk_of(request)
    fields: Sequence[CustomField] = await desk.store().read(
        lambda view: view.custom_fields.of(who.organization_id)
    )
    patch = structure(TicketPatch, {"custom_fields": values_in(form, fields, ticket.custom_fields)})
    await desk.change_ticket()(who.organization_id, ticket.id, who.actor, change_of(patch))


@changing
async def set_metadata(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """What programs, or whoever else, noted with the ticket."""
    patch = structure(TicketPatch, {"metadata": members_in(form, ticket.metadata)})
    await desk_of(request).change_ticket()(who.organization_id, ticket.id, who.actor, change_of(patch))


@changing
async def set_customer(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """Who the customer is."""
    told: dict[str, Any] = {"name": text(form, "name")}
    told |= {name: text(form, name) or None for name in ("company", "language", "country", "city")}
    told |= {name: lines(form, name) for name in ("emails", "phones")}
    body = structure(CustomerPatch, told)
    await change_customer(desk_of(request), who, ticket.customer_id, body)


@changing
async def snooze(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """The ticket is put off, or brought back."""
    desk, choice = desk_of(request), text(form, "until")
    at = None if choice == "now" else until(choice, text(form, "own"), text(form, "zone"), desk.clock()())
    change = TicketChange(snoozed_until=at)
    await desk.change_ticket()(who.organization_id, ticket.id, who.actor, change)


@changing
async def follow(request: Request, who: Caller, ticket: Ticket, form: FormData) -> None:
    """The reader follows the ticket, or lets somebody else follow it, or nobody any longer."""
    desk = desk_of(request)
    if follower := text(form, "remove"):
        follower_id = follower_id_of(ticket, follower)
        await desk.unfollow_ticket()(who.organization_id, ticket.id, who.actor, follower_id)
        return
    email = text(form, "email")
    user_id = None if email else user_of(who).id
    await desk.follow_ticket()(who.organization_id, ticket.id, who.actor, user_id, email or None)


def _properties(form: FormData, ticket: Ticket) -> Mapping[str, Any]:
    told: dict[str, Any] = {name: text(form, name) for name in KEYED if text(form, name)}
    if "subject" in form:
        told["subject"] = text(form, "subject")
    told |= {name: text(form, name) or None for name in ("assignee_id", "team_id") if name in form}
    if "add_tag" in form:
        told["tags"] = [*ticket.tags, *text(form, "add_tag").replace(",", " ").split()]
    if "remove_tag" in form:
        gone = name_key(text(form, "remove_tag"))
        told["tags"] = [tag for tag in ticket.tags if name_key(tag) != gone]
    return told
