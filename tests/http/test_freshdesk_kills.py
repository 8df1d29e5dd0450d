"""An import from Freshdesk is killed again and again, in a process of its own, and goes on where it stood."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
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
from tests.http.forks import Forked
from tests.http.moving_from_freshdesk import many_tickets
from tests.http.running import RunningDesk

TICKETS = 60
STEP = 7
"""By how many calls each run comes further than the one before, until one comes to the end."""


@define
class Killing:
    """Lets a process make so many calls, and kills it while the next one is being answered."""

    calls: int
    process: Forked | None = None
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
        process = desk.process("import", "freshdesk", "--org", "acme", "--domain", DOMAIN, "--api-key", KEY)
        killing.process = process
        killing.ready.set()
        code = process.wait(60)
        if not killing.killed:
            assert code == 0
            break
        kills, calls = kills + 1, calls + STEP
    assert kills >= 5
    shop.faults = []
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests", "--scope", "read")["key"]
    with desk.serving():
        tickets = _listed(desk, key, "/api/v1/tickets?include=conversations&")
        customers = _listed(desk, key, "/api/v1/customers?")
    ids = [ticket["metadata"]["imported"]["id"] for ticket in tickets]
    assert sorted(map(int, ids)) == list(range(1, TICKETS + 1))
    said = {ticket["id"]: [one["content_text"] for one in ticket["conversations"]] for ticket in tickets}
    assert {len(texts) for texts in said.values()} == {4}
    assert all(len(set(texts)) == 4 for texts in said.values())
    assert len(customers) == 3


def _listed(desk: RunningDesk, key: str, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        headers = {"authorization": f"Bearer {key}"}
        answer = httpx2.get(f"{desk.base}{path}limit=100{cursor}", headers=headers).json()
        found += answer["data"]
        if not answer["next_cursor"]:
            return found
        cursor = f"&cursor={answer['next_cursor']}"
