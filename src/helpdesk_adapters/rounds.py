"""What a desk does by itself between requests and jobs: it follows the event log, plans recurring jobs, and more."""

from collections.abc import Awaitable, Callable, Mapping

import anyio
import structlog
from attrs import Factory, define

from helpdesk_adapters.jobs.bell import Bell
from helpdesk_adapters.storage.touched import TellsCommits, Touched
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.jobs import short_error

FOLLOW_EVERY = 5.0
"""Seconds at most between two looks at the log: commits of other processes may not be told of."""
PLAN_EVERY = 30.0
PAUSE_AFTER_FAILURE = 2.0


@define
class Rounds:
    """Follows the log as soon as something is committed, and looks for recurring jobs that are due.

    What `others` do, by name, sees to its own pace, and may well go on for ever. A round that fails is told in the log
    and made again.
    """

    store: object
    follow: Callable[[], Awaitable[int]]
    plan: Callable[[], Awaitable[int]]
    others: Mapping[str, Callable[[], Awaitable[None]]] = Factory(dict)
    _bell: Bell = Factory(Bell)

    async def run(self) -> None:
        """Until it is cancelled."""
        if isinstance(self.store, TellsCommits):
            self.store.on_commit.append(self._hear)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_again, "follow_log", self._follow)
                tasks.start_soon(_again, "plan_jobs", self._plan)
                for name, make in self.others.items():
                    tasks.start_soon(_again, name, make)
        finally:
            if isinstance(self.store, TellsCommits):
                self.store.on_commit.remove(self._hear)

    def _hear(self, touched: Touched) -> None:
        if touched.logs or touched.elsewhere:
            self._bell.ring()

    async def _follow(self) -> None:
        rung = self._bell.rung
        await self.follow()
        await self._bell.wait(rung, FOLLOW_EVERY)

    async def _plan(self) -> None:
        await self.plan()
        await anyio.sleep(PLAN_EVERY)


async def _again(name: str, make: Callable[[], Awaitable[None]]) -> None:
    """Makes the round for ever."""
    while True:
        try:
            await make()
        except Exception as error:  # noqa: BLE001  whatever it is, the next round may do better
            expected = isinstance(error, StoreUnavailable)
            structlog.get_logger().warning(
                f"{name}_failed", error=short_error(error), exc_info=None if expected else error
            )
            await anyio.sleep(PAUSE_AFTER_FAILURE)
