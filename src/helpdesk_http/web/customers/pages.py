"""Customers: found, looked at, corrected, merged, blocked; and what data protection asks for."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.customers import Customer
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.orders import Order
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter, OrderFilter, TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.privacy import Erasure
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.customers.merge_customers import known_customer
from helpdesk_core.users import Role
from helpdesk_http.routes import customers as api
from helpdesk_http.routes import privacy
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.forms import Control, Wrong, as_written, carrying_out, filled, lines, nullable, text
from helpdesk_http.web.guarded import address_behind, form_of, guarded, place_in
from helpdesk_http.web.inbox.lists import called
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

HOME: Final = "/app/customers"
LATEST: Final = Page(limit=20)
LARGEST_FORM: Final = 200_000

CONTROLS: Final = (
    Control(name="name", label=_("Name")),
    Control(name="emails", label=_("E-mail addresses"), kind="textarea", hint=_("One a line."), reads=lines),
    Control(name="phones", label=_("Phone numbers"), kind="textarea", hint=_("One a line."), reads=lines),
    Control(name="company", label=_("Company"), reads=nullable),
    Control(name="language", label=_("Language"), hint=_("Two letters, such as de."), reads=nullable),
    Control(name="country", label=_("Country"), hint=_("Two letters, such as DE."), reads=nullable),
    Control(name="city", label=_("City"), reads=nullable),
)


@frozen
class _Known:
    """What is known of one customer."""

    customer: Customer
    tickets: Sequence[Ticket]
    orders: Sequence[Order]
    erasure: Erasure | None


def customer_routes() -> list[BaseRoute]:
    """The list, each customer, and what can be done with them; erasing is for admins."""
    one = f"{HOME}/{{customer_id:uuid}}"
    return [
        Route(HOME, guarded(customers_page)),
        Route(f"{HOME}/new", guarded(new_customer_page)),
        Route(f"{HOME}/new", guarded(add_customer), methods=["POST"]),
        Route(one, guarded(customer_page)),
        Route(one, guarded(change_customer), methods=["POST"]),
        Route(f"{one}/merge", guarded(merge_customer), methods=["POST"]),
        Route(f"{one}/block", guarded(block_customer), methods=["POST"]),
        Route(f"{one}/export", guarded(export_customer, Role.ADMIN)),
        Route(f"{one}/erase", guarded(erase_customer, Role.ADMIN), methods=["POST"]),
    ]


async def customers_page(request: Request, who: Caller) -> Response:
    """All of them, the newest first, or whom a search finds."""
    desk = desk_of(request)
    q = request.query_params.get("q", "").strip()[:200]
    name = f"customers-page:{q}"
    page = place_in(desk, name, 30, request)
    wanted = CustomerFilter(q=q or None)
    found = await desk.store().read(lambda view: view.customers.page(who.organization_id, wanted, page))
    shown = [(one, called(one)) for one in found.items if one.merged_into_id is None]
    older = address_behind(desk, name, found.next, HOME, {"q": q})
    return await desk_page(
        "customers/list.html", request, who, "customers", customers=shown, q=q, older=older
    )


async def customer_page(request: Request, who: Caller) -> Response:
    return await _shown(request, who, None, {})


async def new_customer_page(request: Request, who: Caller) -> Response:
    return await _new_form(request, who, {}, {})


async def add_customer(request: Request, who: Caller) -> Response:
    form = await form_of(request, LARGEST_FORM)
    try:
        with carrying_out(CONTROLS):
            body = filled(api.NewCustomer, CONTROLS, form)
            added = await api.create_customer(desk_of(request), who, body)
    except Wrong as wrong:
        return await _new_form(request, who, as_written(form, CONTROLS), wrong.errors)
    return RedirectResponse(f"{HOME}/{added.value.id}?done=added", 303)


async def change_customer(request: Request, who: Caller) -> Response:
    form = await form_of(request, LARGEST_FORM)
    customer_id = _id(request)
    try:
        with carrying_out(CONTROLS):
            body = filled(api.CustomerPatch, CONTROLS, form)
            await api.change_customer(desk_of(request), who, customer_id, body)
    except Wrong as wrong:
        return await _shown(request, who, as_written(form, CONTROLS), wrong.errors)
    return RedirectResponse(f"{HOME}/{customer_id}?done=saved", 303)


async def merge_customer(request: Request, who: Caller) -> Response:
    """Into the customer whose address was written."""
    form = await form_of(request, 10_000)
    desk, email = desk_of(request), text(form, "email").lower()
    other = await desk.store().read(
        lambda view: view.customers.page(who.organization_id, CustomerFilter(email=email), Page(limit=1))
    )
    if not email or not other.items:
        return await _shown(request, who, None, {"merge": "Nobody is known by this address."})
    into = other.items[0].id
    await privacy.merge_customer(desk, who, _id(request), privacy.CustomerMerge(into_id=into))
    return RedirectResponse(f"{HOME}/{into}?done=saved", 303)


async def block_customer(request: Request, who: Caller) -> Response:
    form = await form_of(request, 10_000)
    verb = api.block_customer if text(form, "blocked") == "yes" else api.unblock_customer
    await verb(desk_of(request), who, _id(request))
    return RedirectResponse(f"{HOME}/{_id(request)}?done=saved", 303)


async def export_customer(request: Request, who: Caller) -> Response:
    return await privacy.export_customer(desk_of(request), who, _id(request))


async def erase_customer(request: Request, who: Caller) -> Response:
    await privacy.erase_customer(desk_of(request), who, _id(request))
    return RedirectResponse(f"{HOME}/{_id(request)}?done=started", 303)


async def _shown(
    request: Request, who: Caller, written: Mapping[str, Any] | None, errors: Mapping[str, str]
) -> Response:
    customer_id = CustomerId(_id(request))
    known = await desk_of(request).store().read(partial(_known, who.organization_id, customer_id))
    customer = known.customer
    if customer.merged_into_id is not None:
        return RedirectResponse(f"{HOME}/{customer.merged_into_id}", 303)
    return await desk_page(
        "customers/one.html",
        request,
        who,
        "customers",
        422 if errors else 200,
        customer=customer,
        name=called(customer),
        tickets=known.tickets,
        orders=known.orders,
        erasure=known.erasure,
        controls=CONTROLS,
        values=written if written is not None else _values(customer),
        errors=errors,
    )


async def _new_form(
    request: Request, who: Caller, written: Mapping[str, Any], errors: Mapping[str, str]
) -> Response:
    status = 422 if errors else 200
    return await desk_page(
        "customers/new.html",
        request,
        who,
        "customers",
        status,
        controls=CONTROLS,
        values=written,
        errors=errors,
    )


async def _known(organization_id: OrganizationId, customer_id: CustomerId, view: View) -> _Known:
    customer = await known_customer(organization_id, customer_id, view)
    tickets = await view.tickets.page(organization_id, TicketFilter(customer_id=customer_id), LATEST)
    orders = await view.orders.page(organization_id, OrderFilter(customer_id), LATEST)
    erasure = await view.erasures.of_customer(organization_id, customer_id)
    return _Known(customer, tickets.items, orders.items, erasure)


def _values(customer: Customer) -> Mapping[str, Any]:
    return {
        "name": customer.name,
        "emails": "\n".join(customer.emails),
        "phones": "\n".join(customer.phones),
        "company": customer.company or "",
        "language": customer.language or "",
        "country": customer.country or "",
        "city": customer.city or "",
    }


def _id(request: Request) -> UUID:
    customer_id: UUID = request.path_params["customer_id"]
    return customer_id
