"""Counts in this process alone. A documented product: what a desk of one process needs."""

from datetime import datetime
from typing import Final

from attrs import Factory, define

from helpdesk_core.rate_limits import Rate, Verdict, verdict, window_at

SWEEP_AT: Final = 1024
"""Subjects beyond which windows that have ended are looked for, each time there are twice as many as remained."""


@define
class MemoryRateLimits:
    """RateLimits of one process."""

    _ends: dict[str, tuple[int, float]] = Factory(dict)
    _hits: dict[str, int] = Factory(dict)
    _sweep_at: int = SWEEP_AT

    async def hit(self, subject: str, rate: Rate, now: datetime) -> Verdict:
        window = window_at(subject, rate, now)
        known = self._ends.get(subject)
        if known is None or known[0] != window.number:
            if len(self._ends) >= self._sweep_at:
                self._sweep(now.timestamp())
            self._ends[subject] = (window.number, now.timestamp() + window.ends_in)
            self._hits[subject] = 0
        self._hits[subject] += 1
        return verdict(self._hits[subject], rate, window)

    def _sweep(self, now: float) -> None:
        for subject in [subject for subject, (_, ends) in self._ends.items() if ends <= now]:
            del self._ends[subject], self._hits[subject]
        self._sweep_at = max(SWEEP_AT, 2 * len(self._ends))
