"""Requests: sent, sent again where that is safe, and their answers read."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from random import random
from typing import Any, Final, TypeVar
from urllib.parse import quote
from uuid import uuid4

import anyio
import httpx2
from attrs import define

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.answers import known, structured
from helpdesk_http.client.pages import Page, Pages
from helpdesk_http.client.problems import UnexpectedAnswer, problem_in
from helpdesk_http.client.streams import Stream
from helpdesk_http.wire import timestamp, write

T = TypeVar("T")

SAFE_TO_REPEAT: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})
LONGEST_PAUSE: Final = 5.0


@define
class Calls:
    """How the groups of operations reach their desk."""

    http: httpx2.AsyncClient
    retries: int
    patience: float
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep

    async def answer(self, kind: type[T] | Any, method: str, path: str, *also: int, **how: Any) -> Any:
        """The answer as a value of this type, None where there is none; `also` are statuses that bring one too."""
        response = await self.response(method, path, *also, **how)
        if kind is None or response.status_code == 204:
            return None
        try:
            value = response.json()
        except ValueError as error:
            raise UnexpectedAnswer(f"{method} {path} was not answered with JSON.") from error
        return structured(kind, value)

    def pages(self, kind: type[T], path: str, query: Mapping[str, Any]) -> Pages[T]:
        """A list of things of this type."""

        async def fetch(cursor: str | None) -> Page[T]:
            page: Page[T] = await self.answer(Page[kind], "GET", path, query={**query, "cursor": cursor})  # type: ignore[valid-type]
            return page

        return Pages(fetch)

    def stream(self, path: str, query: Mapping[str, Any], last_event_id: object = UNSET) -> Stream:
        seen = None if last_event_id is UNSET or last_event_id is None else str(last_event_id)
        return Stream(self, path, query, seen)

    async def response(
        self,
        method: str,
        path: str,
        *also: int,
        query: Mapping[str, Any] | None = None,
        body: Any = UNSET,
        content: bytes | Unset = UNSET,
        files: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        key: str | bool = False,
    ) -> httpx2.Response:
        """The answer to a request that succeeded, read; ApiProblem for any other.

        key: an Idempotency-Key; True makes one. With it, and for methods that may be repeated, a connection that
        fails and a desk that is not available are tried again.
        """
        sent = headers_of(headers or {})
        if key:
            sent["idempotency-key"] = key if isinstance(key, str) else str(uuid4())
        if body is not UNSET:
            content = write(known(body) if isinstance(body, Mapping) else body)
            sent["content-type"] = "application/json"
        request: dict[str, Any] = {"params": query_of(query or {}), "headers": sent}
        if content is not UNSET:
            request["content"] = content
        if files:
            request["files"] = known(files)
        repeatable = bool(key) or method in SAFE_TO_REPEAT
        response = await self._sent(method, path, request, repeatable, also)
        if response.is_success or response.status_code in also:
            return response
        raise problem_in(response)

    @asynccontextmanager
    async def opened(
        self, method: str, path: str, query: Mapping[str, Any], headers: Mapping[str, str]
    ) -> AsyncIterator[httpx2.Response]:
        """An answer that is read while it comes, however long it takes; ApiProblem for one that is a refusal."""
        patient = self.http.timeout.as_dict() | {"read": None}
        async with self.http.stream(
            method, path, params=query_of(query), headers=headers, timeout=httpx2.Timeout(**patient)
        ) as response:
            if not response.is_success:
                await response.aread()
                raise problem_in(response)
            yield response

    async def _sent(
        self, method: str, path: str, request: Any, repeatable: bool, fine: Sequence[int]
    ) -> httpx2.Response:
        for attempt in range(self.retries + 1):
            last = attempt == self.retries
            pause = min(0.2 * 2**attempt * (0.5 + random()), LONGEST_PAUSE)
            try:
                response = await self.http.request(method, path, **request)
            except httpx2.TransportError:
                if last or not repeatable:
                    raise
            else:
                wanted = _again_in(response, repeatable, pause)
                if last or response.status_code in fine or wanted is None or wanted > self.patience:
                    return response
                pause = wanted
            await self.sleep(pause)
        raise AssertionError("the last attempt returns or raises")


def segment(value: object) -> str:
    """One segment of a path."""
    return quote(str(value), safe="")


def query_of(query: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as the desk reads them; those that are not given, or None, are left out."""
    return {name: _said(value) for name, value in query.items() if value is not UNSET and value is not None}


def headers_of(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name: _said(value) for name, value in headers.items() if value is not UNSET and value is not None}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return ",".join(_said(each) for each in value)
    return str(value)


def _again_in(response: httpx2.Response, repeatable: bool, otherwise: float) -> float | None:
    """Seconds until a request that was answered so is worth another try, or None.

    A 429 comes before anything was done; a 503 may come in the middle of it.
    """
    if response.status_code != 429 and not (response.status_code == 503 and repeatable):
        return None
    asked = problem_in(response).retry_after
    return otherwise if asked is None else float(asked)
