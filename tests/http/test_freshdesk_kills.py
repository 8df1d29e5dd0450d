"""An import from Freshdesk is killed again and again, in a process of its own, and goes on where it stood."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import define, field

from tests.fakes.freshdesk_api import (
    DOMAIN,
    KEY,
    FakeFreshdesk,
    a_conversation,
    a_small_shop,
    serving_freshdesk,
)
from tests.fakes.http_server import Reply, Request
from tests.http.moving_from_freshdesk import many_tickets
from tests.http.running import RunningDesk

TICKETS = 60
STEP = 7
"""By how many calls each run comes further than the one before, until one comes to the end."""


@define
class Killing:
    """Lets a process make so many calls, and kills it while the next one is being answered."""

    calls: int
    process: subprocess.Popen[bytes] | None = None
    ready: threading.Event = field(factory=threading.Event)
    killed: bool = False

    def __call__(self, request: Request) -> Reply | None:
        self.ready.wait(30)
        self.calls -= 1
        if self.calls < 0 and self.process is not None:
            self.process.kill()
            self.killed = True
        return None


@pytest.fixture
def shop() -> Iterator[FakeFreshdesk]:
    shop = a_small_shop()
    many_tickets(shop, TICKETS)
    shop.conversations = {id: [a_conversation(1000 * id + n) for n in range(3)] for id in shop.tickets}
    with serving_freshdesk(shop) as shop:
        yield shop


def test_however_often_it_is_killed_everything_comes_over_once(tmp_path: Path, shop: FakeFreshdesk) -> None:
    desk = RunningDesk(tmp_path / "data", {"HELPDESK_FRESHDESK_API_BASE": shop.base})
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    kills, calls = 0, STEP
    while kills < 40:
        killing = Killing(calls)
        shop.faults = [killing]
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "helpdesk_http.cli", "import", "freshdesk", "--org", "acme"),
                *("--domain", DOMAIN, "--api-key", KEY),
            ],
            env=desk.environment,
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
        )
        killing.process = process
        killing.ready.set()
        code = process.wait(60)
        if not killing.killed:
            assert code == 0
            break
        kills, calls = kills + 1, calls + STEP
    assert kills >= 5
    shop.faults = []
    with sqlite3.connect(desk.data / "helpdesk.sqlite3") as database:
        assert _count(database, "tickets") == (TICKETS, TICKETS)
        assert _count(database, "conversations") == (TICKETS * 4, TICKETS * 4)
        [(customers,)] = database.execute("SELECT count(*) FROM customers").fetchall()
        assert customers == 3


def _count(database: sqlite3.Connection, table: str) -> tuple[int, int]:
    """How many rows there are, and how many of them are of different things there."""
    name = "json_extract(metadata, '$.imported.id')" if table == "tickets" else "external_id"
    [found] = database.execute(f"SELECT count(*), count(DISTINCT {name}) FROM {table}").fetchall()
    return (int(found[0]), int(found[1]))
