"""Asking outside things how they are."""

from collections.abc import Awaitable, Callable

from helpdesk_core.health import Check

Ping = Callable[[], Awaitable[None]]
"""Returns when the thing answers; raises, with a message for the operator, when it does not."""

Report = Callable[[], Awaitable[Check | None]]
"""How a part is by its own account; None where there is nothing to tell."""
