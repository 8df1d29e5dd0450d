"""Asking outside things how they are."""

from collections.abc import Awaitable, Callable

Ping = Callable[[], Awaitable[None]]
"""Returns when the thing answers; raises, with a message for the operator, when it does not."""
