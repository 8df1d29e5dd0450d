"""Running jobs."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from helpdesk_core.jobs import Job

Perform = Callable[[Job], Awaitable[None]]
"""Carries out one job; raising means that it failed."""


class JobEngine(Protocol):
    """Runs due jobs, at least once each, and no job by two workers at a time.

    A job added in a unit of work runs soon after the commit (milliseconds, not the next poll), and never if the unit
    was rolled back. A failed one is tried again as `jobs.after_failure` says. The jobs of a killed worker are
    taken up by another within a minute.
    """

    async def run(self, perform: Perform, *, at_once: int = 8) -> None:
        """Works until cancelled, with up to `at_once` jobs in hand; cancelling lets go of them unharmed."""
        ...
