"""Calls to one Zendesk account, with a token that is renewed when it is refused."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import anyio
from attrs import define, field

from helpdesk_adapters.imports.unsaid import unsaid
from helpdesk_adapters.web import MIB, Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in, read_object
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.imports import AccessDenied, CredentialsRefused, MustWait, SourceGone
from helpdesk_core.webhooks import UnreadableDelivery

LARGEST_PAGE: Final = 64 * MIB
TOO_RECENT: Final = timedelta(seconds=61)
"""An export withholds the last minute, and refuses to begin in it."""

Params = Sequence[tuple[str, str]]
FreshToken = Callable[[str | None], Awaitable[str]]
"""An access token that is good; one that was refused is named. Raises CredentialsRefused."""


@define
class ZendeskApi:
    """Reads what an account holds. Only its own host is ever called: what an answer links to is not followed."""

    http: OutgoingHttp
    base: str
    fresh_token: FreshToken = field(repr=False)
    _token: str | None = field(default=None, repr=False)
    _renewing: anyio.Lock = field(factory=anyio.Lock, init=False, repr=False)

    async def get(self, path: str, params: Params = ()) -> dict[str, Any] | None:
        """The object at this path; None where there is none.

        Raises CredentialsRefused (AccessDenied where only this may not be seen), SourceGone, MustWait, TryLater.
        """
        token = await self._good_token(None)
        answer = await self._called(path, params, token)
        if answer.status == 401:
            token = await self._good_token(token)
            answer = await self._called(path, params, token)
        return _read(answer, token)

    async def _good_token(self, refused: str | None) -> str:
        """Calls run side by side: the first whose token is refused fetches another one, for all of them."""
        async with self._renewing:
            if self._token is None or self._token == refused:
                self._token = await self.fresh_token(refused)
            return self._token

    async def _called(self, path: str, params: Params, token: str) -> Answer:
        query = f"?{urlencode(params)}" if params else ""
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        return await self.http.request(
            "GET", f"{self.base}{path}{query}", headers, limit=LARGEST_PAGE, any_status=True
        )


def _read(answer: Answer, token: str) -> dict[str, Any] | None:
    if answer.ok:
        try:
            return {**read_object(answer.body)}
        except UnreadableDelivery as error:
            raise TryLater(f"{answer.host} answered with something else: {error}") from error
    reason = _reason(answer, token)
    told = f"{answer.host} answered {answer.status}: {reason}".rstrip(": ")
    if answer.status == 404 and "no help desk" not in reason.lower():
        return None
    raise _trouble(answer, reason, told)


def _trouble(answer: Answer, reason: str, told: str) -> Exception:
    """What an answer other than a good one means for the import."""
    busy = answer.busy()
    after = busy.after if busy is not None else None
    if answer.status == 404:
        return SourceGone(f"There is no help desk at {answer.host}.")
    if 300 <= answer.status < 400:
        elsewhere = one_line(storable(urlsplit(answer.headers.get("location", "")).hostname or "elsewhere"))
        return SourceGone(f"{answer.host} leads to {elsewhere[:255]}: import that account instead.")
    if answer.status in (401, 403):
        refused = AccessDenied if answer.status == 403 else CredentialsRefused
        return refused(f"{told.rstrip('.')}. Reconnect the account, and order the import again.")
    if answer.status in (429, 503):
        return MustWait(told, after)
    if answer.status == 422 and "start_time" in reason:
        return MustWait(told, TOO_RECENT)
    return TryLater(told, after)


def _reason(answer: Answer, token: str) -> str:
    told = object_in(answer.body)
    error = told.get("error")
    if isinstance(error, dict):
        words = f"{error.get('title', '')} {error.get('message', '')}"
    else:
        words = f"{error or ''} {told.get('description') or told.get('error_description') or ''}"
    return one_line(storable(unsaid(words, token).strip()))[:300]
