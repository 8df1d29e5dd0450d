"""What happens, as it happens: one hub a desk, which wakes whoever listens to an organization.

The hub holds no events and no queues. A listener that is woken reads the log from where it has come, at its own pace:
nothing is lost or doubled on the way, and one that reads slowly keeps nobody waiting.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from attrs import define, field

from helpdesk_adapters.storage.touched import TellsCommits, Touched
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import Store
from helpdesk_core.use_cases.running.read_feed import FeedPage, read_feed

AT_ONCE = 100
"""Events that a listener is given at a time."""

_Reading = tuple[asyncio.AbstractEventLoop, OrganizationId, int, tuple[str, ...]]


@define(eq=False)
class Listener:
    """Somebody who waits for an organization; it belongs to the event loop it was made in."""

    ended: bool = False
    """It is to go: the other side has, or the desk stops."""
    _loop: asyncio.AbstractEventLoop = field(factory=asyncio.get_running_loop)
    _woken: asyncio.Event = field(factory=asyncio.Event)

    async def wait(self, seconds: float) -> bool:
        """Whether something may have happened since it was last asked; False once the time is up."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True

    def wake(self) -> None:
        """From whatever thread."""
        if _loop_here() is self._loop:
            self._woken.set()
            return
        with suppress(RuntimeError):  # its loop has been closed: it waits no more
            self._loop.call_soon_threadsafe(self._woken.set)

    def end(self) -> None:
        self.ended = True
        self.wake()


@define(slots=False)
class Live:
    """The hub. `database` is the store itself, which tells of commits; `store` is what is read."""

    store: Store
    database: object
    _listeners: dict[OrganizationId, set[Listener]] = field(factory=dict)
    _readings: dict[_Reading, "asyncio.Future[FeedPage]"] = field(factory=dict)

    @contextmanager
    def listening(self, organization_id: OrganizationId) -> Iterator[Listener]:
        """A listener, woken after every commit that added to the organization's log, until the end of the block."""
        listener = Listener()
        if not self._listeners and isinstance(self.database, TellsCommits):
            self.database.on_commit.append(self.hear)
        self._listeners.setdefault(organization_id, set()).add(listener)
        try:
            yield listener
        finally:
            self._leave(organization_id, listener)

    async def read(
        self, organization_id: OrganizationId, after: int, patterns: Sequence[str] = ()
    ) -> FeedPage:
        """The events behind a place. Those who stand at the same place and are woken together share one look."""
        key = (asyncio.get_running_loop(), organization_id, after, tuple(patterns))
        reading = self._readings.get(key)
        if reading is None:
            look = partial(read_feed, organization_id, after, key[-1], AT_ONCE)
            reading = asyncio.ensure_future(self.store.read(look))
            self._readings[key] = reading
            reading.add_done_callback(partial(self._forget, key))
        return await asyncio.shield(reading)

    async def place(self, organization_id: OrganizationId) -> int:
        """Where the log ends now."""
        return (await self.store.read(lambda view: view.log.since(organization_id, 0, 0))).last

    def hear(self, touched: Touched) -> None:
        """Something has been committed."""
        # A look that began before the commit shows too little to those whom it wakes.
        self._readings.clear()
        for organization_id in tuple(self._listeners) if touched.elsewhere else touched.logs:
            for listener in tuple(self._listeners.get(organization_id, ())):
                listener.wake()

    def wake(self, organization_id: OrganizationId) -> None:
        """Something has changed that no log tells of."""
        for listener in tuple(self._listeners.get(organization_id, ())):
            listener.wake()

    def end_all(self) -> None:
        """Tells every listener to go, because the desk stops."""
        for listeners in tuple(self._listeners.values()):
            for listener in tuple(listeners):
                listener.end()

    def _forget(self, key: _Reading, reading: "asyncio.Future[FeedPage]") -> None:
        if self._readings.get(key) is reading:
            del self._readings[key]
        if not reading.cancelled():
            reading.exception()  # whoever waited for it has been told; if nobody does any more, nobody needs to

    def _leave(self, organization_id: OrganizationId, listener: Listener) -> None:
        listeners = self._listeners[organization_id]
        listeners.discard(listener)
        if not listeners:
            del self._listeners[organization_id]
        if not self._listeners and isinstance(self.database, TellsCommits):
            self.database.on_commit.remove(self.hear)


def _loop_here() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
