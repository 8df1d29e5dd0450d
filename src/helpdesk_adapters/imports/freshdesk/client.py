"""Calls to one Freshdesk account, with its API key."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import field, frozen

from helpdesk_adapters.web import MIB, Answer, OutgoingHttp
from helpdesk_core.charsets import one_line
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import CredentialsRefused, MustWait, SourceGone

LARGEST_PAGE = 64 * MIB


class BeyondTheWall(Exception):
    """Freshdesk gives no page of a list behind the 300th."""


@frozen
class FreshdeskApi:
    """Reads what an account holds. Redirects are not followed: the key is for this host alone."""

    http: OutgoingHttp
    base: str
    api_key: str = field(repr=False)

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """What is at this path, as JSON; None where there is nothing. Raises as `rows` does."""
        answer = await self._called(path, params)
        return _read(answer)

    async def rows(self, path: str, params: Mapping[str, str]) -> tuple[list[Any], bool]:
        """The rows of a list's page, and whether another page follows. Where it is is not read: only that it is.

        Raises CredentialsRefused, SourceGone, MustWait, TryLater, BeyondTheWall.
        """
        answer = await self._called(path, params)
        told = _read(answer)
        more = 'rel="next"' in answer.headers.get("link", "")
        return (told, more) if isinstance(told, list) else ([], False)

    async def _called(self, path: str, params: Mapping[str, str] | None) -> Answer:
        query = f"?{urlencode(params)}" if params else ""
        pair = b64encode(f"{self.api_key}:X".encode()).decode()
        return await self.http.request(
            "GET",
            f"{self.base}/api/v2{path}{query}",
            {"authorization": f"Basic {pair}"},
            limit=LARGEST_PAGE,
            any_status=True,
        )


def _read(answer: Answer) -> Any:
    if answer.ok:
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise TryLater(f"{answer.host} answered with something else than JSON.") from error
    reason = _reason(answer)
    told = f"{answer.host} answered {answer.status}: {reason}".rstrip(": ")
    if answer.status == 404:
        if b"<" in answer.body[:200]:
            raise SourceGone(f"There is no Freshdesk at {answer.host}.")
        return None
    if answer.status in (401, 403):
        raise CredentialsRefused(f"{told} Enter another API key.")
    if answer.status == 400 and "300th page" in reason:
        raise BeyondTheWall(told)
    busy = answer.busy()
    if answer.status in (429, 503):
        raise MustWait(told, busy.after if busy is not None else None)
    raise TryLater(told, busy.after if busy is not None else None)


def _reason(answer: Answer) -> str:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    errors = told.get("errors")
    inner = (
        [str(one.get("message", "")) for one in errors if isinstance(one, dict)]
        if isinstance(errors, list)
        else []
    )
    return one_line(" ".join(filter(None, (str(told.get("message") or ""), *inner))))[:300]
