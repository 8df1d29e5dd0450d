"""Busy work in threads of its own, a few at a time, so that requests and streams go on meanwhile."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from attrs import define

T = TypeVar("T")

AT_ONCE = 2


@define(slots=False)
class ThreadOffload:
    """An Offload over threads, on whatever async library runs."""

    async def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        return await to_thread.run_sync(function, *arguments, limiter=self._limiter)

    @cached_property
    def _limiter(self) -> CapacityLimiter:
        return CapacityLimiter(AT_ONCE)
