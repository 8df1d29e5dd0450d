"""A new ticket, written down by somebody of the desk."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Priority, Ticket
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_http.routes.tickets import NewTicket
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.forms import Control, Wrong, as_written, carrying_out, filled, listed, optional, text
from helpdesk_http.web.guarded import form_of
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

LARGEST: Final = 2_000_000
OF_CUSTOMER: Final = ("email", "phone", "name")


def controls() -> Sequence[Control]:
    priorities = [(one.value, one.value) for one in Priority]
    return (
        Control(name="email", label=_("Customer\u2019s e-mail"), kind="email", reads=optional),
        Control(name="phone", label=_("Customer\u2019s phone"), kind="tel", reads=optional),
        Control(name="name", label=_("Customer\u2019s name"), reads=optional),
        Control(name="subject", label=_("Subject"), required=True),
        Control(name="message", label=_("Message"), kind="textarea", required=True),
        Control(name="priority", label=_("Priority"), kind="choice", options=priorities, reads=optional),
        Control(name="tags", label=_("Tags"), hint=_("Parted by commas."), reads=listed),
    )


async def new_ticket_page(request: Request, who: Caller) -> Response:
    given = {"email": request.query_params.get("email", ""), "priority": Priority.NORMAL.value}
    return await _form(request, who, given, {})


async def open_new_ticket(request: Request, who: Caller) -> Response:
    form = await form_of(request, LARGEST)
    try:
        with carrying_out(controls()):
            body = filled(NewTicket, controls(), form, _shape)
            ticket = await _opened(request, who, body, said_by_us=text(form, "who") == "us")
    except Wrong as wrong:
        given = {**as_written(form, controls()), "who": text(form, "who")}
        return await _form(request, who, given, wrong.errors)
    return RedirectResponse(f"/app/tickets/{ticket.number}", 303)


async def _opened(request: Request, who: Caller, body: NewTicket, *, said_by_us: bool) -> Ticket:
    desk = desk_of(request)
    asked = body.customer
    requester = Requester(email=asked.email, phone=asked.phone, name=asked.name)
    opening = Opening(body.subject, Channel.API, body.priority, tags=tuple(dict.fromkeys(body.tags)))
    if said_by_us:
        draft = Draft(content=document_from_text(body.message), author=agent_author(who.actor))
        return await desk.write_first()(who.organization_id, who.actor, opening, requester, draft)
    return await desk.open_ticket()(who.organization_id, who.actor, opening, requester, body.message)


async def _form(
    request: Request, who: Caller, given: Mapping[str, Any], errors: Mapping[str, str]
) -> Response:
    return await desk_page(
        "inbox/new_ticket.html",
        request,
        who,
        "inbox",
        422 if errors else 200,
        controls=controls(),
        values=given,
        errors=errors,
    )


def _shape(values: Mapping[str, Any]) -> Mapping[str, Any]:
    customer = {name: values[name] for name in OF_CUSTOMER if name in values}
    return {
        **{name: value for name, value in values.items() if name not in OF_CUSTOMER},
        "customer": customer,
    }
