"""The stores, each with what the contract needs of it: how to open one, and the engine that runs its jobs."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from helpdesk_adapters.ids import new_id
from helpdesk_adapters.jobs.engine import LeasingEngine
from helpdesk_adapters.storage.memory import MemoryStore
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.jobs import JobEngine
from helpdesk_core.ports.store import Store

LOOK_EVERY = 0.01
"""Seconds at most between two looks of an engine: the tests move the clock without telling it."""


@frozen
class Adapter:
    """One way to keep the desk's things, under one async library."""

    name: str
    backend: str
    open: Callable[[Path], AbstractAsyncContextManager[Any]]
    """A fresh, empty store; the folder is its own."""
    engine: Callable[[Any, Clock], JobEngine]
    """An engine over the store whose retries do not jitter."""


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Store]:
    yield MemoryStore()


def _leasing(store: Any, clock: Clock) -> JobEngine:
    return LeasingEngine(store.job_table, clock, lambda: 0.0, new_id, LOOK_EVERY)


ADAPTERS = [
    Adapter("memory", "asyncio", _memory, _leasing),
    Adapter("memory", "trio", _memory, _leasing),
]
