"""Calls to one Freshdesk account, with its API key."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import field, frozen

from helpdesk_adapters.imports.unsaid import unsaid
from helpdesk_adapters.web import LONGEST_CALL, MIB, Answer, OutgoingHttp
from helpdesk_core.charsets import one_line
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import AccessDenied, CredentialsRefused, MustWait, SourceGone

LARGEST_PAGE = 64 * MIB
SUSPENDED = "account_suspended"


class BeyondTheWall(Exception):
    """Freshdesk gives no page of a list behind the 300th."""


class Suspended(CredentialsRefused):
    """Freshdesk has closed the account for now."""


class NotUnderstood(TryLater):
    """Freshdesk does not take what was asked for (400)."""


class Redirected(TryLater):
    """The host leads to another one, where the key does not go."""


@frozen
class FreshdeskApi:
    """Reads what an account holds. Redirects are not followed: the key is for this host alone."""

    http: OutgoingHttp
    base: str
    api_key: str = field(repr=False)
    seconds: float = LONGEST_CALL
    """How long one call may take."""

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """What is at this path, as JSON; None where there is nothing. Raises as `rows` does."""
        return self._read(await self._called(path, params))

    async def rows(self, path: str, params: Mapping[str, str]) -> tuple[list[Any], bool]:
        """The rows of a list's page, and whether another page follows. Where it is is not read: only that it is.

        Raises CredentialsRefused, SourceGone, MustWait, TryLater, BeyondTheWall.
        """
        answer = await self._called(path, params)
        told = self._read(answer)
        more = 'rel="next"' in answer.headers.get("link", "")
        return (told, more and bool(told)) if isinstance(told, list) else ([], False)

    async def _called(self, path: str, params: Mapping[str, str] | None) -> Answer:
        query = f"?{urlencode(params)}" if params else ""
        return await self.http.request(
            "GET",
            f"{self.base}/api/v2{path}{query}",
            {"authorization": f"Basic {self._pair()}"},
            limit=LARGEST_PAGE,
            seconds=self.seconds,
            any_status=True,
        )

    def _pair(self) -> str:
        return b64encode(f"{self.api_key}:X".encode()).decode()

    def _read(self, answer: Answer) -> Any:
        return _read(answer, self.api_key, self._pair())


def _read(answer: Answer, *secrets: str) -> Any:
    if answer.ok:
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise TryLater(f"{answer.host} answered with something else than JSON.") from error
    code, reason = _reason(answer, *secrets)
    told = f"{answer.host} answered {answer.status}: {reason}".rstrip(": ")
    busy = answer.busy()
    match answer.status:
        case 404 if b"<" in answer.body[:200]:
            raise SourceGone(f"There is no Freshdesk at {answer.host}.")
        case 404:
            return None
        case 401:
            raise CredentialsRefused(f"{told.rstrip('.')}. Enter another API key.")
        case 403 if code == SUSPENDED:
            raise Suspended(told)
        case 403:
            raise AccessDenied(f"{told.rstrip('.')}. The API key must be an admin's.")
        case 400 if "300th page" in reason:
            raise BeyondTheWall(told)
        case 400:
            raise NotUnderstood(told)
        case 429 | 503:
            raise MustWait(told, busy.after if busy is not None else None)
        case status if 300 <= status < 400:
            raise Redirected(f"{answer.host} leads to another address, to which the API key does not go.")
    raise TryLater(told, busy.after if busy is not None else None)


def _reason(answer: Answer, *secrets: str) -> tuple[str, str]:
    """Freshdesk's code for what is wrong, and its words, but for these."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(told, dict):
        return "", ""
    errors = told.get("errors")
    rows = errors if isinstance(errors, list) else []
    inner = [str(one.get("message", "")) for one in rows if isinstance(one, dict)]
    words = " ".join(filter(None, (str(told.get("message") or ""), *inner)))
    return str(told.get("code") or ""), one_line(unsaid(words, *secrets))[:300]
