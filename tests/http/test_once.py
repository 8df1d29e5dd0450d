"""An Idempotency-Key on real processes: they race for it, and are killed over it, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import sleep

import httpx2
import pytest

from tests.contracts.postgres_server import empty_database
from tests.http.running import RunningDesk, kill, stop

BODY = {"subject": "The kettle leaks", "message": "It drips.", "customer": {"email": "ida@garden.example"}}
TICKETS = "/api/v1/tickets"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningDesk]:
    if request.param == "sqlite":
        yield RunningDesk(tmp_path / "data")
    else:
        with empty_database() as url:
            yield RunningDesk(tmp_path / "data", {"HELPDESK_DATABASE_URL": url})


def a_key(desk: RunningDesk) -> dict[str, str]:
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    key = desk.command("apikey", "create", "--org", "acme", "--name", "tests")["key"]
    return {"authorization": f"Bearer {key}"}


def send(desk: RunningDesk, headers: dict[str, str], key: str) -> tuple[int, bytes]:
    answer = httpx2.post(
        desk.base + TICKETS, json=BODY, headers={**headers, "idempotency-key": key}, timeout=30
    )
    return answer.status_code, answer.content


def test_of_requests_that_race_on_two_processes_one_takes_effect(desk: RunningDesk) -> None:
    headers = a_key(desk)
    keys = [f"key-{place}" for place in range(6)]
    with desk.serving("--workers", "2"), ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda key: (key, send(desk, headers, key)), keys * 8))
        made = {key: {answer for of, answer in answers if of == key} for key in keys}
        assert {len(different) for different in made.values()} == {1}
        assert {status for _, (status, _) in answers} == {201}
        listed = httpx2.get(desk.base + TICKETS, headers=headers).json()["data"]
    assert sorted(ticket["number"] for ticket in listed) == [1, 2, 3, 4, 5, 6]


def test_what_a_killed_process_had_in_hand_takes_effect_once(desk: RunningDesk) -> None:
    headers = a_key(desk)
    keys = [f"key-{place}" for place in range(60)]
    process = desk.start()
    answered: dict[str, bytes] = {}

    def client() -> None:
        for key in keys:
            with suppress(httpx2.TransportError):
                answered[key] = send(desk, headers, key)[1]

    sender = Thread(target=client)
    sender.start()
    sleep(0.25)
    kill(process)
    sender.join()
    process = desk.start()
    try:
        again = {key: send(desk, headers, key) for key in keys}
        listed = httpx2.get(f"{desk.base}{TICKETS}?limit=100", headers=headers).json()["data"]
    finally:
        stop(process)
    assert {status for status, _ in again.values()} == {201}
    assert {key: again[key][1] for key in answered} == answered
    assert sorted(ticket["number"] for ticket in listed) == list(range(1, 61))
