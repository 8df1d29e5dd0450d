"""Calls to one Zendesk account, with a token that is renewed when it is refused."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import define, field

from helpdesk_adapters.web import MIB, Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import read_object
from helpdesk_core.charsets import one_line
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import CredentialsRefused, MustWait, SourceGone
from helpdesk_core.webhooks import UnreadableDelivery

LARGEST_PAGE = 64 * MIB

FreshToken = Callable[[str | None], Awaitable[str]]
"""An access token that is good; one that was refused is named. Raises CredentialsRefused."""


@define
class ZendeskApi:
    """Reads what an account holds. Only its own host is ever called: what an answer links to is not followed."""

    http: OutgoingHttp
    base: str
    fresh_token: FreshToken = field(repr=False)
    _token: str | None = field(default=None, repr=False)

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """The object at this path; None where there is none.

        Raises CredentialsRefused, SourceGone, MustWait, TryLater.
        """
        if self._token is None:
            self._token = await self.fresh_token(None)
        answer = await self._called(path, params)
        if answer.status == 401:
            self._token = await self.fresh_token(self._token)
            answer = await self._called(path, params)
        return _read(answer)

    async def _called(self, path: str, params: Mapping[str, str] | None) -> Answer:
        query = f"?{urlencode(params)}" if params else ""
        headers = {"authorization": f"Bearer {self._token}"}
        return await self.http.request(
            "GET", f"{self.base}{path}{query}", headers, limit=LARGEST_PAGE, any_status=True
        )


def _read(answer: Answer) -> dict[str, Any] | None:
    if answer.ok:
        try:
            return {**read_object(answer.body)}
        except UnreadableDelivery as error:
            raise TryLater(f"{answer.host} answered with something else: {error}") from error
    told = f"{answer.host} answered {answer.status}: {_reason(answer)}".rstrip(": ")
    busy = answer.busy()
    if answer.status == 404:
        if "no help desk" in _reason(answer).lower():
            raise SourceGone(f"There is no help desk at {answer.host}.")
        return None
    if answer.status in (401, 403):
        raise CredentialsRefused(f"{told} Connect the account again.")
    if answer.status in (429, 503) or "start_time" in _reason(answer):
        raise MustWait(told, busy.after if busy is not None else None)
    raise TryLater(told, busy.after if busy is not None else None)


def _reason(answer: Answer) -> str:
    try:
        told = read_object(answer.body)
    except UnreadableDelivery:
        return ""
    error = told.get("error")
    if isinstance(error, dict):
        return one_line(f"{error.get('title', '')} {error.get('message', '')}")[:300]
    return one_line(f"{error or ''} {told.get('description') or told.get('error_description') or ''}")[:300]
