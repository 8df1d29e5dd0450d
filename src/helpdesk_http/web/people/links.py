"""The pages that mailed links lead to: an invitation, another password; and the one that asks for a link."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.errors import InvalidValue, TooManyAttempts, WrongCredentials
from helpdesk_core.user_links import Purpose
from helpdesk_http.clients import peer
from helpdesk_http.web.forms import text
from helpdesk_http.web.guarded import form_of
from helpdesk_http.web.rendering import desk_of, render
from helpdesk_http.who import refuse_foreign_origin

LARGEST_FORM = 20_000


async def forgotten_page(request: Request) -> Response:
    return render("people/forgotten.html", request, asked_for=False, error="")


async def ask_for_link(request: Request) -> Response:
    """Says the same to everybody, whether there is such a user or not."""
    refuse_foreign_origin(request)
    form = await form_of(request, LARGEST_FORM)
    try:
        await desk_of(request).ask_for_reset()(text(form, "email")[:320], peer(request))
    except TooManyAttempts as refusal:
        return render("people/forgotten.html", request, 429, asked_for=False, error=str(refusal))
    return render("people/forgotten.html", request, asked_for=True, error="")


async def invitation_page(request: Request) -> Response:
    return await _page(request, Purpose.INVITATION)


async def accept_invitation(request: Request) -> Response:
    """Once it is accepted, the new user logs in as everybody does."""
    refuse_foreign_origin(request)
    form = await form_of(request, LARGEST_FORM)
    token, name = text(form, "token"), text(form, "name")
    try:
        await desk_of(request).accept_invitation()(token, name, str(form.get("password", "")))
    except WrongCredentials as void:
        return _void(request, void)
    except InvalidValue as refusal:
        return await _page(request, Purpose.INVITATION, token, name, {refusal.path: refusal.message})
    return RedirectResponse("/app/login?told=joined", 303)


async def reset_page(request: Request) -> Response:
    return await _page(request, Purpose.RESET)


async def reset_password(request: Request) -> Response:
    refuse_foreign_origin(request)
    form = await form_of(request, LARGEST_FORM)
    token = text(form, "token")
    try:
        await desk_of(request).reset_password()(token, str(form.get("password", "")))
    except WrongCredentials as void:
        return _void(request, void)
    except InvalidValue as refusal:
        return await _page(request, Purpose.RESET, token, "", {refusal.path: refusal.message})
    return RedirectResponse("/app/login?told=reset", 303)


async def _page(
    request: Request,
    purpose: Purpose,
    token: str | None = None,
    name: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    """The form for whoever holds a link that can be used. Looking at it does not use it up: mail scanners look too."""
    token = request.query_params.get("token", "") if token is None else token
    try:
        holder = await desk_of(request).read_link()(token, purpose)
    except WrongCredentials as void:
        return _void(request, void)
    return render(
        "people/link.html",
        request,
        422 if errors else 200,
        purpose=purpose.value,
        token=token,
        holder=holder,
        name=name or holder.name,
        errors=errors or {},
    )


def _void(request: Request, void: WrongCredentials) -> Response:
    return render(
        "message.html",
        request,
        404,
        title="This link leads nowhere",
        text=str(void),
        back="/app/forgotten",
        back_text="Ask for a new password",
    )
