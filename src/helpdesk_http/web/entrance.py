"""Coming in and going out, and how somebody wants the pages to look."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.errors import TooManyAttempts, WrongCredentials
from helpdesk_core.use_cases.people.log_in import SecondStepNeeded
from helpdesk_http.clients import peer
from helpdesk_http.routes.auth import device_of, forget_session, remember
from helpdesk_http.web.guarded import form_of
from helpdesk_http.web.people.second_step import led_to_code
from helpdesk_http.web.people.targets import inside
from helpdesk_http.web.rendering import THEME_COOKIE, THEMES, desk_of, render
from helpdesk_http.web.tongues import LANGUAGE_COOKIE, NAMES
from helpdesk_http.who import SESSION_COOKIE, Caller, refuse_foreign_origin

A_YEAR = 365 * 86_400


async def log_in_page(request: Request) -> Response:
    return render(
        "login.html",
        request,
        next=inside(request.query_params.get("next")),
        email="",
        error="",
        told=request.query_params.get("told", ""),
    )


async def log_in(request: Request) -> Response:
    refuse_foreign_origin(request)
    form = await form_of(request, 10_000)
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    target = inside(str(form.get("next", "")))
    desk = desk_of(request)
    try:
        token, _ = await desk.log_in()(email, password, peer(request), device_of(request))
    except SecondStepNeeded as needed:
        return led_to_code(request, desk.passes().issue(needed.user, desk.clock()()), target)
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


async def choose_look(request: Request, who: Caller) -> Response:
    """Keeps the colours and the language that a reader wants, in their browser."""
    form = await form_of(request, 10_000)
    response = RedirectResponse(inside(str(form.get("back", ""))), 303)
    chosen = {THEME_COOKIE: (form.get("theme"), THEMES), LANGUAGE_COOKIE: (form.get("language"), NAMES)}
    for cookie, (value, known) in chosen.items():
        if value in known:
            response.set_cookie(cookie, str(value), max_age=A_YEAR, samesite="lax", path="/")
    return response
