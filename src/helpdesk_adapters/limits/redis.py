"""Counts in Redis, for all the processes that share one."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final

import structlog
from attrs import define, field
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from helpdesk_adapters.limits.memory import MemoryRateLimits
from helpdesk_core.rate_limits import Rate, Verdict, verdict, window_at

PATIENCE: Final = 0.25
"""Seconds that a request waits for Redis."""
REST: Final = 5.0
"""Seconds for which a Redis that failed is not asked again, so that requests need not wait for it one by one."""
TOLD_EVERY: Final = 60.0


@define
class RedisRateLimits:
    """RateLimits of all the processes that share a Redis; one exchange with it a hit.

    While Redis cannot be had nobody is kept out for that: each process counts by itself, and says so in the log once
    a minute.
    """

    url: str
    clock: Callable[[], float] = monotonic
    _alone: MemoryRateLimits = field(factory=MemoryRateLimits)
    _client: "Redis | None" = None
    _down_until: float = 0.0
    _told_at: float = float("-inf")

    async def hit(self, subject: str, rate: Rate, now: datetime) -> Verdict:
        if self.clock() < self._down_until:
            return await self._alone.hit(subject, rate, now)
        window = window_at(subject, rate, now)
        try:
            hits = await self._count(f"helpdesk:limit:{subject}:{window.number}", window.ends_in)
        except (RedisError, OSError) as error:
            self._rest(error)
            return await self._alone.hit(subject, rate, now)
        return verdict(hits, rate, window)

    async def close(self) -> None:
        """Lets its connections go."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _count(self, key: str, seconds: int) -> int:
        if self._client is None:
            self._client = Redis.from_url(
                self.url,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )
        async with self._client.pipeline(transaction=False) as pipeline:
            # A window more than it needs: processes' clocks differ a little.
            await pipeline.incr(key)  # only noted down until it is executed
            await pipeline.expire(key, 2 * seconds + 1, nx=True)
            hits, _ = await pipeline.execute()
        return int(hits)

    def _rest(self, error: Exception) -> None:
        at = self.clock()
        self._down_until = at + REST
        if at - self._told_at >= TOLD_EVERY:
            self._told_at = at
            structlog.get_logger().warning("rate_limits_not_shared", error=type(error).__name__)
