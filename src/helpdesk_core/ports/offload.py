"""Work that keeps a processor busy, done beside everything else."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Offload(Protocol):
    """Calls a pure function with its arguments where it holds up neither requests nor streams, a few at a time."""

    async def __call__(self, function: Callable[..., T], *arguments: Any) -> T: ...
