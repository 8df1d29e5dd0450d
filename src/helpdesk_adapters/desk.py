"""A desk that runs: what has to be opened before the first request, and closed after the last."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from time import monotonic
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import anyio
import structlog
from attrs import define, field

from helpdesk_adapters.rounds import Rounds
from helpdesk_adapters.secrets.keys import FILE, Keyring
from helpdesk_adapters.settings import BadSetting, Settings
from helpdesk_core.errors import Refusal
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, Job, TryLater, short_error
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.health import Ping
from helpdesk_core.ports.jobs import JobEngine, Perform
from helpdesk_core.ports.rate_limits import RateLimits
from helpdesk_core.ports.store import Store, Work

if TYPE_CHECKING:
    from helpdesk_adapters.web import OutgoingHttp

KEY_FACT = "secret_key_fingerprint"


@runtime_checkable
class Openable(Protocol):
    """A store that holds files or connections while it is open."""

    async def open(self) -> None: ...

    async def close(self) -> None: ...


@runtime_checkable
class Closable(Protocol):
    """A part that gets its connections when it first needs them."""

    async def close(self) -> None: ...


@runtime_checkable
class Checkable(Protocol):
    """A part of which somebody can know beforehand that it will not work."""

    async def check(self) -> None:
        """StoreUnavailable says what is wrong."""
        ...


@define
class Desk:
    """Opens the store, checks that the secret key is the one it was written with, and runs the jobs."""

    settings: Settings
    store: Store
    engine: JobEngine
    perform: Perform
    rounds: Rounds
    http: "OutgoingHttp"
    keys: Keyring
    pings: Mapping[str, Ping | None]
    """What health asks; built with the desk, so that a part that is missing stops the start."""
    rate_limits: RateLimits
    blobs: Blobs
    version: str = field(factory=lambda: version("helpdesk"))
    _begun: float = field(factory=monotonic)

    @property
    def uptime(self) -> float:
        """Seconds since this desk was built."""
        return round(monotonic() - self._begun, 3)

    @asynccontextmanager
    async def opened(self, *, jobs: bool = False) -> AsyncIterator["Desk"]:
        """The desk with its store open; with `jobs`, its worker runs until the end of the block.

        Raises StoreUnavailable where migrations are due or the store cannot be had, BadSetting for another key.
        """
        async with AsyncExitStack() as stack:
            if isinstance(self.store, Openable):
                await self.store.open()
                stack.push_async_callback(self.store.close)
            stack.push_async_callback(self.http.close)
            if isinstance(self.rate_limits, Closable):
                stack.push_async_callback(self.rate_limits.close)
            await self._check_key()
            if jobs and isinstance(self.blobs, Checkable):
                await self.blobs.check()
            if jobs:
                tasks = await stack.enter_async_context(anyio.create_task_group())
                stack.callback(tasks.cancel_scope.cancel)
                tasks.start_soon(self.work)
            yield self

    async def work(self) -> None:
        """Performs jobs and goes its rounds until it is cancelled; a job that fails is told in the log, once a try."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.engine.run, self._told)
            tasks.start_soon(self.rounds.run)

    async def _told(self, job: Job) -> None:
        try:
            await self.perform(job)
        except Exception as error:
            last = job.attempts >= MAX_ATTEMPTS or isinstance(error, GiveUp)
            expected = isinstance(error, TryLater | GiveUp | Refusal)
            structlog.get_logger().warning(
                "job_dead" if last else "job_failed",
                job=str(job.id),
                kind=job.kind.value,
                attempt=job.attempts,
                error=short_error(error),
                exc_info=None if expected else error,
                **{name: value for name, value in job.payload.items() if name != "sealed"},
            )
            raise

    async def _check_key(self) -> None:
        known = await self.store.read(lambda view: view.facts.get(KEY_FACT))
        newest = self.keys.fingerprints[0]
        if known is not None and known not in self.keys.fingerprints:
            raise BadSetting(_wrong_key(self.settings))
        if known != newest:

            async def unit(work: Work) -> None:
                await work.facts.put(KEY_FACT, newest)

            await self.store.transact(unit)


def _wrong_key(settings: Settings) -> str:
    if settings.secret_key:
        return (
            "HELPDESK_SECRET_KEY is not the key this store was written with; "
            "give the old one too, behind a comma, to go over to another"
        )
    return (
        f"{settings.data_dir / FILE} is not the key this store was written with; "
        "put the right file back (a backup holds it), or set HELPDESK_SECRET_KEY"
    )
