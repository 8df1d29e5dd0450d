"""While the store cannot be written to, providers are told to come back; what they bring again takes effect once."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import anyio
import httpx2
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.contracts.postgres_server import empty_database
from tests.fakes.days import Told, a_day
from tests.fakes.what_is_left import Became, states_of
from tests.http.running import RunningDesk, eventually
from tests.http.test_a_providers_odd_day import SETTINGS, beside, is_over, prepared

SOME = 9
Deliver = Callable[[Told], int]


@contextmanager
def locked(desk: RunningDesk) -> Iterator[None]:
    """Another process has the file for itself."""
    with closing(sqlite3.connect(desk.data / "helpdesk.sqlite3", isolation_level=None)) as another:
        another.execute("BEGIN EXCLUSIVE")
        yield
        another.execute("ROLLBACK")


@contextmanager
def closed(desk: RunningDesk) -> Iterator[None]:
    """The server lets nobody into the database."""
    url = desk.settings["HELPDESK_DATABASE_URL"]
    name = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningDesk]:
    if request.param == "sqlite":
        yield RunningDesk(tmp_path / "data", SETTINGS)
    else:
        with empty_database() as url:
            yield RunningDesk(tmp_path / "data", {**SETTINGS, "HELPDESK_DATABASE_URL": url})


def post(base: str, told: Told) -> int:
    sent = told.signed(base, datetime.now(UTC))
    return httpx2.post(sent.url, content=sent.body, headers=dict(sent.headers), timeout=40).status_code


def test_what_arrives_while_the_store_is_away_is_refused_for_now_and_lost_never(desk: RunningDesk) -> None:
    day = a_day(3)
    each = [told for told in day.events if told.provider == "stripe-connect"][:SOME]
    each += [told for told in day.events if told.provider == "shopify"][:SOME]
    each += [told for told in day.events if told.provider == "stripe"][:SOME]
    prepared(desk, day)
    away = closed if "HELPDESK_DATABASE_URL" in desk.settings else locked
    with desk.serving(), ThreadPoolExecutor(len(each)) as pool:
        deliver = partial(post, desk.base)
        assert _statuses(pool, deliver, each[:3]) == {200}
        with away(desk):
            assert _statuses(pool, deliver, each) == {503}
        eventually(lambda: deliver(each[0]) == 200, 40)
        assert _statuses(pool, deliver, [*each, *each]) == {200}
        eventually(lambda: anyio.run(is_over, beside(desk)), 60)
    states = anyio.run(_states, desk)
    assert set(states) == {told.id for told in each}
    assert {state.value for state, _, _ in states.values()} <= {"processed", "ignored", "unmatched"}


def _statuses(pool: ThreadPoolExecutor, deliver: Deliver, told: Sequence[Told]) -> set[int]:
    return set(pool.map(deliver, told))


async def _states(desk: RunningDesk) -> Mapping[str, Became]:
    here = beside(desk)
    async with here.desk().opened():
        return await states_of(here)
