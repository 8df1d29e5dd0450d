"""Logging in and out with a browser."""

from typing import Annotated

from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.use_cases.people.log_in import SecondStepNeeded
from helpdesk_core.users import SESSION_LIFE
from helpdesk_http.clients import is_https, peer
from helpdesk_http.fields import Text
from helpdesk_http.operations import Operation, operation
from helpdesk_http.views import UserView, user_view
from helpdesk_http.who import SESSION_COOKIE, recognise, refuse_foreign_origin
from helpdesk_http.wire import write

LONGEST_DEVICE = 300
"""Characters that are kept of what a browser calls itself."""


@frozen(kw_only=True)
class Credentials:
    """Who logs in, and what only they know."""

    email: Annotated[str, Text(min=1, max=320, example="ada@parcels.example")]
    password: Annotated[str, Text(min=1, max=1024, example="correct horse battery staple")]
    code: Annotated[
        str | None,
        Text(min=6, max=40, doc="A code of the second factor, or a recovery code, for whoever has one."),
    ] = None


@frozen
class LoggedIn:
    """The user who is logged in now; the cookie is in the headers."""

    success: bool
    user: UserView


@frozen
class LoggedOut:
    success: bool


async def log_in(desk: Container, request: Request, body: Credentials) -> LoggedIn | Response:
    """Log in with e-mail and password, which sets the cookie `helpdesk_session`.

    Whoever has a second factor sends a `code` too; without one the answer is 401 with the code
    `second_factor_needed`.
    """
    refuse_foreign_origin(request)
    device = device_of(request)
    try:
        token, user = await desk.log_in()(body.email, body.password, peer(request), device)
    except SecondStepNeeded as needed:
        if body.code is None:
            raise
        first = desk.passes().issue(needed.user, desk.clock()())
        token, user = await desk.finish_log_in()(first, body.code, device)
    response = Response(write(LoggedIn(True, user_view(user))), media_type="application/json")
    remember(response, token, request)
    return response


async def log_out(desk: Container, request: Request) -> LoggedOut | Response:
    """Log out: the session ends at once."""
    refuse_foreign_origin(request)
    await forget_session(desk, request)
    response = Response(write(LoggedOut(True)), media_type="application/json")
    response.delete_cookie(SESSION_COOKIE)
    return response


async def read_me(desk: Container, request: Request) -> UserView:
    """Read who is logged in."""
    return user_view(await recognise(desk, request))


def remember(response: Response, token: str, request: Request) -> None:
    """Puts the session's cookie on a response."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )


def device_of(request: Request) -> str:
    """What the browser calls itself."""
    return request.headers.get("user-agent", "")[:LONGEST_DEVICE]


async def forget_session(desk: Container, request: Request) -> None:
    """Ends the session that the request belongs to, if any."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        await desk.log_out()(token)


OPERATIONS: tuple[Operation, ...] = (
    operation("POST /api/auth/login", log_in, tag="Log-in", errors=(401, 403, 429, 503)),
    operation("POST /api/auth/logout", log_out, tag="Log-in", errors=(403,)),
    operation("GET /api/auth/me", read_me, tag="Log-in", errors=(401,)),
)
