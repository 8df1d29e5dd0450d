"""Counting what somebody does, to keep it within a rate."""

from datetime import datetime
from typing import Protocol

from helpdesk_core.rate_limits import Rate, Verdict


class RateLimits(Protocol):
    """Counts hits of a subject, a text such as `api:<id>`, in windows of time (`rate_limits.window_at`).

    Hits beyond the rate count too, and change nothing: the next window begins empty. It never raises: a guard whose
    memory is out of reach lets everybody pass rather than nobody.
    """

    async def hit(self, subject: str, rate: Rate, now: datetime) -> Verdict:
        """Counts one more and says whether it is within the rate."""
        ...
