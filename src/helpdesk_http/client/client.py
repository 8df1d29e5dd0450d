"""The client itself."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx2

from helpdesk_core.unset import UNSET
from helpdesk_http.client.calls import Calls
from helpdesk_http.client.generated import Groups


class Client(Groups):
    """A desk, as a program sees it: a group of operations for each family of the contract, such as `client.tickets`.

    Every operation raises ApiProblem for what the desk refuses. A POST carries an Idempotency-Key of its own, so that
    sending it again takes no second effect; whatever may be sent again is, up to `retries` times, when the connection
    fails or the desk answers 429 or 503, after as long as it asks for but not longer than `patience` seconds.
    """

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        retries: int = 4,
        patience: float = 60.0,
        timeout: float = 30.0,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        """`http` is a client of your own in place of the one that is made here; you open and close it."""
        self._is_ours = http is None
        self.http = http or httpx2.AsyncClient(base_url=base_url, timeout=timeout)
        if key is not None:
            self.http.headers["authorization"] = f"Bearer {key}"
        self._calls = Calls(self.http, retries, patience)
        super().__init__(self._calls)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = UNSET,
        headers: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> httpx2.Response:
        """Any request, with the same retries; ApiProblem for an answer of 400 and more.

        For what the typed operations hide: `fields`, headers such as ETag, a 304.
        """
        return await self._calls.response(
            method,
            path,
            *range(300, 400),
            query=query,
            body=body,
            headers=headers,
            key=idempotency_key or False,
        )

    async def __aenter__(self) -> Self:
        if self._is_ours:
            await self.http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        if self._is_ours:
            await self.http.__aexit__(kind, error, trace)
