"""Work that keeps a processor busy, done beside everything else."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Offload(Protocol):
    """Calls a pure function with its arguments where it holds up neither requests nor streams, a few at a time."""

    async def __call__(self, function: Callable[..., T], *arguments: Any) -> T: ...


LITTLE = 32_768
"""Bytes that are gone through sooner than they are handed over."""


async def at_hand(offload: Offload, size: int, function: Callable[..., T], *arguments: Any) -> T:
    """Calls the function right here where it has no more than a little to go through, else as an Offload does."""
    return function(*arguments) if size <= LITTLE else await offload(function, *arguments)
