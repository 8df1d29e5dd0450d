"""The second step of the log-in: a code, asked of the very browser that brought the password."""

from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk_core.errors import TooManyAttempts, WrongCredentials
from helpdesk_core.second_factors import FIRST_STEP_LASTS
from helpdesk_http.clients import is_https
from helpdesk_http.routes.auth import device_of, remember
from helpdesk_http.web.guarded import form_of
from helpdesk_http.web.people.targets import inside
from helpdesk_http.web.rendering import desk_of, render
from helpdesk_http.who import refuse_foreign_origin

FIRST_STEP_COOKIE: Final = "helpdesk_first_step"
CODE_PAGE: Final = "/app/login/code"


def led_to_code(request: Request, first_step: str, target: str) -> Response:
    """To the page that asks for the code, with what only this browser holds; there is no session yet."""
    response = RedirectResponse(f"{CODE_PAGE}?{urlencode({'next': target})}", 303)
    response.set_cookie(
        FIRST_STEP_COOKIE,
        first_step,
        max_age=int(FIRST_STEP_LASTS.total_seconds()),
        path=CODE_PAGE,
        httponly=True,
        samesite="strict",
        secure=is_https(request),
    )
    return response


async def code_page(request: Request) -> Response:
    target = inside(request.query_params.get("next"))
    if FIRST_STEP_COOKIE not in request.cookies:
        return RedirectResponse(f"/app/login?{urlencode({'next': target})}", 303)
    return render("people/code.html", request, next=target, error="")


async def bring_code(request: Request) -> Response:
    refuse_foreign_origin(request)
    form = await form_of(request, 10_000)
    target = inside(str(form.get("next", "")))
    first_step = request.cookies.get(FIRST_STEP_COOKIE)
    if first_step is None:
        return RedirectResponse(f"/app/login?{urlencode({'next': target})}", 303)
    try:
        finish = desk_of(request).finish_log_in()
        token, _ = await finish(first_step, str(form.get("code", ""))[:100], device_of(request))
    except (WrongCredentials, TooManyAttempts) as refusal:
        status = 429 if isinstance(refusal, TooManyAttempts) else 401
        return render("people/code.html", request, status, next=target, error=str(refusal))
    response = RedirectResponse(target, 303)
    remember(response, token, request)
    response.delete_cookie(FIRST_STEP_COOKIE, path=CODE_PAGE)
    return response
