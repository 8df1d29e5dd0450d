"""Calling webhook endpoints: bounded, checked, and never so many at a time that other work would wait."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic
from uuid import UUID

import anyio
from attrs import define, field

from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.web import OutgoingHttp, asked_pause
from helpdesk_core.charsets import storable
from helpdesk_core.deliveries import LARGEST_ANSWER
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.webhook_calls import Called, NoRoom
from helpdesk_core.webhook_endpoints import checked_url

LONGEST_CALL = 15.0
AT_ONCE = 5
"""Calls that one process makes at a time: fewer than the jobs it works on, so that others have their turn."""
PATIENCE = 1.0
"""Seconds that a call waits for room before its job lets others go first."""
SLOW = 2.0
"""Seconds of the last call that make an endpoint a slow one, which is called once at a time."""
REMEMBERED = 1000


@define(slots=False)
class OutgoingWebhooks:
    """WebhookCalls over the desk's own way into the web."""

    http: OutgoingHttp
    _room: anyio.Semaphore | None = None
    _in_hand: Counter[UUID] = field(factory=Counter)
    _slow: dict[UUID, None] = field(factory=dict)

    async def post(self, endpoint_id: UUID, url: str, headers: Mapping[str, str], body: bytes) -> Called:
        async with self._turn(endpoint_id):
            begun = monotonic()
            called = await self._call(url, headers, body)
            seconds = monotonic() - begun
            self._note(endpoint_id, seconds)
            status, answer, error, pause = called
            return Called(round(seconds * 1000), status, answer, error, pause)

    def check_url(self, url: str) -> str:
        reach = self.http.reach
        return checked_url(
            url,
            lambda address, encrypted: reach.admits(address, internet=encrypted),
            plain=bool(reach.allow_networks),
        )

    async def _call(self, url: str, headers: Mapping[str, str], body: bytes) -> "_Outcome":
        try:
            answer = await self.http.request(
                "POST",
                url,
                headers,
                content=body,
                limit=LARGEST_ANSWER,
                seconds=LONGEST_CALL,
                any_status=True,
                cut=True,
            )
        except (TryLater, GiveUp) as failure:
            return None, "", str(failure), None
        text = storable(answer.body.decode("utf-8", "replace"))
        error = None if answer.ok else _what_it_means(answer.status)
        return answer.status, text, error, asked_pause(answer.headers, system_clock())

    @asynccontextmanager
    async def _turn(self, endpoint_id: UUID) -> AsyncIterator[None]:
        if self._room is None:
            self._room = anyio.Semaphore(AT_ONCE)
        if endpoint_id in self._slow and self._in_hand[endpoint_id]:
            raise NoRoom
        self._in_hand[endpoint_id] += 1
        try:
            await self._enter(self._room)
            try:
                yield
            finally:
                self._room.release()
        finally:
            self._in_hand[endpoint_id] -= 1
            if not self._in_hand[endpoint_id]:
                del self._in_hand[endpoint_id]

    async def _enter(self, room: anyio.Semaphore) -> None:
        try:
            with anyio.fail_after(PATIENCE):
                await room.acquire()
        except TimeoutError as error:
            raise NoRoom from error

    def _note(self, endpoint_id: UUID, seconds: float) -> None:
        self._slow.pop(endpoint_id, None)
        if seconds > SLOW:
            self._slow[endpoint_id] = None
        while len(self._slow) > REMEMBERED:
            del self._slow[next(iter(self._slow))]


_Outcome = tuple[int | None, str, str | None, timedelta | None]


def _what_it_means(status: int) -> str:
    if 300 <= status < 400:
        return f"The endpoint answered {status}; redirects are not followed."
    return f"The endpoint answered {status}."
