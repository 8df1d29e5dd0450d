"""Problems as pages, for people; programs are told the same as JSON."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from helpdesk_http.problems import Problem, internal_error, problem_of, problem_response, title_of
from helpdesk_http.web.rendering import render
from helpdesk_http.web.tongues import Ours as _

FOR_PROGRAMS: Final = ("/api/", "/files/", "/openapi.json", "/app/static/")
TITLES: Final[Mapping[int, str]] = {
    400: _("That address is not right"),
    403: _("That is not allowed"),
    404: _("Not found"),
    405: _("That address is not right"),
    413: _("That is too large"),
    422: _("That is not right"),
    429: _("Too much at once"),
    500: _("Something went wrong here"),
    503: _("The desk cannot answer just now"),
}
NOTHING_HERE: Final = _("There is nothing at this address.")


def told(scope: Scope, problem: Problem) -> Response:
    """The problem as a page where a browser shows what comes, else as JSON."""
    request = Request(scope)
    if request.url.path.startswith(FOR_PROGRAMS) or "text/html" not in request.headers.get("accept", ""):
        return problem_response(problem)
    inside = request.url.path.startswith("/app")
    page = render(
        "message.html",
        request,
        problem.status,
        title=TITLES.get(problem.status, title_of(problem.status)),
        text=_words(problem),
        back="/app" if inside else "/",
        back_text=_("Back to the tickets") if inside else _("Front page"),
    )
    page.headers.update(problem.headers)
    return page


async def on_http_exception(request: Request, error: Exception) -> Response:
    """For Starlette's own 404, 405 …: `exception_handlers={HTTPException: on_http_exception}`."""
    return told(request.scope, problem_of(error) or internal_error())


def _words(problem: Problem) -> str:
    details = problem.details
    if problem.status in (404, 405) and details.detail == title_of(problem.status):
        return NOTHING_HERE
    return f"{details.detail} ({details.request_id})" if problem.status >= 500 else details.detail
