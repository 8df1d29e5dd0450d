"""The page that sets up an empty desk, for whoever started it: its address is printed once."""

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import InvalidValue, NotAllowed, Refusal
from helpdesk_core.use_cases.people.set_up_desk import FirstOnes
from helpdesk_http.clients import peer
from helpdesk_http.routes.auth import remember
from helpdesk_http.web.forms import Control, text
from helpdesk_http.web.guarded import form_of
from helpdesk_http.web.rendering import desk_of, render
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import refuse_foreign_origin

CONTROLS: Final = (
    Control(name="organization", label=_("What your organization is called"), required=True),
    Control(
        name="slug",
        label=_("Its short name"),
        hint=_(
            "It stands in mail addresses and links. Lower-case letters and digits; nothing: made of the name."
        ),
        more={"pattern": "[a-z0-9](?:[a-z0-9\\-]{0,30}[a-z0-9])?"},
    ),
    Control(name="name", label=_("Your name"), required=True, more={"autocomplete": "name"}),
    Control(
        name="email",
        label=_("Your e-mail"),
        kind="email",
        required=True,
        more={"autocomplete": "username"},
    ),
    Control(
        name="password",
        label=_("A password"),
        kind="password",
        hint=_("At least 8 characters."),
        required=True,
        more={"autocomplete": "new-password", "minlength": "8"},
    ),
)


def set_up_routes() -> list[BaseRoute]:
    return [
        Route("/setup", set_up_page),
        Route("/setup", set_up, methods=["POST"]),
    ]


async def set_up_page(request: Request) -> Response:
    token = request.query_params.get("token", "")
    if not await desk_of(request).set_up_desk().is_open_to(token):
        raise HTTPException(404, "There is nothing to set up, or this link has been replaced by a newer one.")
    return _form(request, token, {}, {})


async def set_up(request: Request) -> Response:
    """Sets it up, and logs the admin in."""
    refuse_foreign_origin(request)
    form = await form_of(request, 20_000)
    token, desk = text(form, "token"), desk_of(request)
    written = {one.name: str(form.get(one.name, "")) for one in CONTROLS}
    try:
        await desk.set_up_desk()(token, FirstOnes(**written))
        session, _user = await desk.log_in()(written["email"], written["password"], peer(request))
    except NotAllowed as void:
        raise HTTPException(404, str(void)) from None
    except InvalidValue as refusal:
        return _form(request, token, written, {refusal.path: refusal.message})
    except Refusal as refusal:
        return _form(request, token, written, {"": str(refusal)})
    response = RedirectResponse("/app", 303)
    remember(response, session, request)
    return response


def _form(request: Request, token: str, written: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    values = {**written, "password": ""}
    return render(
        "public/set_up.html",
        request,
        422 if errors else 200,
        token=token,
        controls=CONTROLS,
        values=values,
        errors=errors,
    )
