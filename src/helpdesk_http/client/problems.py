"""What a desk answers instead of what was asked for."""

from collections.abc import Mapping
from typing import Any

import httpx2

from helpdesk_http.scalars import FieldError


class ApiProblem(Exception):
    """The desk refused a request, or failed (RFC 9457).

    `code` tells problems apart, `errors` lists every value that was not accepted by its path, `request_id` finds the
    request in the desk's log.
    """

    def __init__(self, status: int, headers: Mapping[str, str], told: Mapping[str, Any]) -> None:
        self.status = status
        self.headers = headers
        self.code: str = told.get("code") or f"http_{status}"
        self.error: str = told.get("error") or ""
        self.detail: str = told.get("detail") or self.error
        found = told.get("errors") or ()
        self.errors = tuple(FieldError(str(one.get("path")), str(one.get("message"))) for one in found)
        self.request_id: str | None = headers.get("x-request-id")
        super().__init__(f"{status} {self.code}: {self.detail}")

    @property
    def retry_after(self) -> int | None:
        """Seconds after which the desk asks to be tried again."""
        text = self.headers.get("retry-after", "")
        return int(text) if text.isdigit() else None


class UnexpectedAnswer(Exception):
    """What answered is no desk, or one whose answers this release cannot read."""


def problem_in(response: httpx2.Response) -> ApiProblem:
    """The problem that this answer, whose body has been read, is about; whatever stands in between may have sent it."""
    try:
        told = response.json()
    except ValueError:
        told = {}
    return ApiProblem(response.status_code, response.headers, told if isinstance(told, dict) else {})
