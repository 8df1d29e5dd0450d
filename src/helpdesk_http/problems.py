"""Problems: how what goes wrong looks outside (RFC 9457), and the one table from refusals to statuses.

A problem is `application/problem+json` with `type`, `title`, `status`, `detail` and two members of ours:
`error`, a short sentence, and `code`, snake_case and stable. Values that are not accepted add `errors`, a 5xx
adds its `request_id`.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from http import HTTPStatus
from typing import Annotated, Final

from attrs import Factory, frozen
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_core import errors as core
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.fields import About
from helpdesk_http.scalars import FieldError, InvalidBody, InvalidParameters
from helpdesk_http.wire import MalformedJson, write

MEDIA_TYPE: Final = "application/problem+json"
REQUEST_ID: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""The id of the request that is being answered; `middleware.Shield` sets it."""

REFUSALS: Final[dict[type[Exception], int]] = {
    core.NotFound: 404,
    core.AlreadyTaken: 409,
    core.Conflict: 409,
    core.Stale: 412,
    core.InvalidValue: 422,
    core.NotAllowed: 403,
    core.WrongCredentials: 401,
    core.TooManyAttempts: 429,
    core.MissingSetting: 503,
    core.StoreUnavailable: 503,
    core.ProviderUnavailable: 503,
    core.Refusal: 409,
}
"""The status of what the core refuses; a class that is not listed has that of its nearest listed ancestor.

The code is the class's own `code`, or its name in snake_case; its docstring's first line is the `error`.
"""

STATUSES: Final[dict[int, tuple[str, str]]] = {
    400: ("Bad Request", "bad_request"),
    401: ("Unauthorized", "unauthorized"),
    403: ("Forbidden", "forbidden"),
    404: ("Not Found", "not_found"),
    405: ("Method Not Allowed", "method_not_allowed"),
    409: ("Conflict", "conflict"),
    412: ("Precondition Failed", "stale"),
    413: ("Content Too Large", "too_large"),
    415: ("Unsupported Media Type", "unsupported_media_type"),
    416: ("Range Not Satisfiable", "range_not_satisfiable"),
    422: ("Unprocessable Content", "invalid_value"),
    429: ("Too Many Requests", "rate_limited"),
    500: ("Internal Server Error", "internal_error"),
    503: ("Service Unavailable", "unavailable"),
}
"""RFC 9110's titles, which Python spells differently from release to release, and our general codes."""


class BodyTooLarge(Exception):
    """A request's body has more bytes than its operation takes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit:,} bytes.")
        self.limit = limit


@frozen
class Problem(Exception):
    """An answer that is not the one hoped for; raise it, or turn it into a response.

    `error` is a short sentence, the same for every problem of this code; `detail` tells of this occurrence.
    """

    status: int
    code: str
    error: str
    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = Factory(dict)

    @property
    def details(self) -> "ProblemDetails":
        """What is sent."""
        return ProblemDetails(
            title=title_of(self.status),
            status=self.status,
            detail=self.detail or self.error,
            error=self.error,
            code=self.code,
            errors=self.errors or UNSET,
            request_id=REQUEST_ID.get() if self.status >= 500 else UNSET,
        )


@frozen(kw_only=True)
class ProblemDetails:
    """What went wrong (RFC 9457)."""

    type: Annotated[str, About(doc="Always about:blank: `code` tells problems apart.")] = "about:blank"
    title: Annotated[str, About(doc="The name of the status.")]
    status: Annotated[int, About(doc="The HTTP status.")]
    detail: Annotated[str, About(doc="What happened this time, for whoever must mend it.")]
    error: Annotated[str, About(doc="One short sentence, the same for every problem of this code.")]
    code: Annotated[str, About(doc="Stable and in snake_case, for programs.")]
    errors: Annotated[tuple[FieldError, ...] | Unset, About(doc="Every value that was not accepted.")] = UNSET
    request_id: Annotated[str | None | Unset, About(doc="With a 5xx: what finds it in the log.")] = UNSET


def title_of(status: int) -> str:
    """The status's name, the same on every release of Python."""
    return STATUSES[status][0] if status in STATUSES else HTTPStatus(status).phrase


def internal_error() -> Problem:
    """What is said of a fault of ours: enough to report it, nothing of the inside."""
    detail = "Please report the request_id if it happens again."
    return Problem(500, "internal_error", "Something went wrong here.", detail)


def problem_of(error: Exception, *, values_are_syntax: bool = False) -> Problem | None:
    """What an exception says to the caller; None for one that nobody foresaw.

    With `values_are_syntax` a value that is not accepted is a 400 like malformed JSON, in place of a 422.
    """
    match error:
        case Problem():
            problem = error
        case MalformedJson():
            problem = Problem(400, "malformed_json", "The body is not valid JSON.", str(error))
        case InvalidParameters():
            problem = _invalid("invalid_parameters", "A parameter was not accepted.", error.errors)
        case InvalidBody():
            problem = _invalid("invalid_body", "A value in the body was not accepted.", error.errors)
        case BodyTooLarge():
            problem = Problem(413, "too_large", "The body is too large.", str(error))
        case HTTPException():
            problem = _of_status(error)
        case _:
            status = next((REFUSALS[cls] for cls in type(error).__mro__ if cls in REFUSALS), None)
            if status is None:
                return None
            problem = _refused(error, status)
    if values_are_syntax and problem.status == 422:
        return Problem(400, problem.code, problem.error, problem.detail, problem.errors, problem.headers)
    return problem


def problem_response(problem: Problem) -> Response:
    headers = dict(problem.headers)
    if problem.status == 401:
        headers.setdefault("www-authenticate", 'Bearer realm="helpdesk"')  # RFC 9110 §15.5.2 asks for one
    return Response(write(problem.details), problem.status, headers, MEDIA_TYPE)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """For Starlette's own 404, 405 …: `exception_handlers={HTTPException: on_http_exception}`."""
    return problem_response(problem_of(error) or internal_error())


def _refused(refusal: Exception, status: int) -> Problem:
    errors: tuple[FieldError, ...] = ()
    headers: dict[str, str] = {}
    if isinstance(refusal, core.InvalidValue):
        errors = (FieldError(refusal.path, refusal.message),)
    if isinstance(refusal, core.TooManyAttempts):
        headers = {"retry-after": str(refusal.retry_after)}
    code = getattr(refusal, "code", None) or _SECOND_WORD.sub("_", type(refusal).__name__).lower()
    meaning = (type(refusal).__doc__ or "").partition("\n")[0] or f"{title_of(status)}."
    return Problem(status, code, meaning, str(refusal), errors, headers)


def _invalid(code: str, error: str, errors: tuple[FieldError, ...]) -> Problem:
    more = f" (and {len(errors) - 1} more, see errors)" if len(errors) > 1 else ""
    return Problem(422, code, error, f"{errors[0].path or 'The value'} {errors[0].message}{more}.", errors)


def _of_status(error: HTTPException) -> Problem:
    code = STATUSES[error.status_code][1] if error.status_code in STATUSES else f"http_{error.status_code}"
    title = title_of(error.status_code)
    return Problem(error.status_code, code, f"{title}.", error.detail, headers=error.headers or {})


_SECOND_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")
