"""The process itself: how soon it answers, and how much memory it holds."""

import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from statistics import median

import orjson
import pytest

from tests.benchmarks.figures import Figures
from tests.benchmarks.load import Sender, request
from tests.benchmarks.servers import (
    ROOT,
    Founded,
    clean_environment,
    found,
    reading,
    serving,
    starting,
    tickets,
    webhooks,
)
from tests.fakes.resend_api import KEY
from tests.http.running import free_port

pytestmark = pytest.mark.timeout(900)

HEAD = request("HEAD", "/api/health")


def test_a_start_to_the_first_answer_takes_less_than_one_and_a_half_seconds(
    tmp_path: Path, figures: Figures, quick: bool
) -> None:
    starts = 1 if quick else 9
    founded = found(tmp_path)
    _start(founded.environment)  # compiles what has changed since
    again = [_start(founded.environment) for _ in range(starts)]
    first = [
        _start({"HELPDESK_DATA_DIR": str(tmp_path / f"first-{number}")})
        for number in range(1 if quick else 3)
    ]
    figures.add(
        "start to first answer",
        f"{median(again):.2f} s ({min(again):.2f}-{max(again):.2f})",
        "less than 1.5 s",
        f"the very first start, which makes the store: {median(first):.2f} s",
    )
    assert quick or median(again) < 1.5


def test_memory_stays_below_120_mib_and_stays_flat(
    sender: Sender, tmp_path: Path, figures: Figures, quick: bool
) -> None:
    requests = 160 if quick else 10_000
    founded = found(tmp_path)
    held = []
    with starting("tests.benchmarks.mail_source", {}) as source:
        resend = {"RESEND_API_KEY": KEY, "HELPDESK_RESEND_API_BASE": f"http://127.0.0.1:{source.port}"}
        port = free_port()
        with serving(_serve(port), port, {**founded.environment, **resend}) as desk:
            some = sender.send(port, tickets(founded.key, 16, "some"), 201)
            ticket = orjson.loads(some.answer.partition(b"\r\n\r\n")[2])["id"]
            fresh = desk.resident()
            for part in ("first", "second", "third"):
                for mixed in _mixed(founded, requests, part, str(ticket)):
                    sender.send(port, *mixed)
                _wait_for_jobs(sender, port, founded)
                held.append(desk.resident())
    figures.add(
        f"memory after {requests:,} mixed requests",
        f"{held[0]:.0f} MiB",
        "less than 120 MiB",
        f"{fresh:.0f} at first, {held[1]:.0f} after {2 * requests:,}, {held[2]:.0f} after {3 * requests:,}",
    )
    assert quick or held[0] < 120
    assert quick or held[2] - held[1] < 3, "it grows"


def _serve(port: int) -> list[str]:
    return [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]


def _start(environment: Mapping[str, str]) -> float:
    """Seconds from the start of `helpdesk serve` to the end of its first answer."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        _serve(port), env={**clean_environment(), **environment}, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        while not _answers(port):
            assert process.poll() is None, "the desk ended before it answered"
            assert time.perf_counter() - begun < 60, "the desk never answered"
            time.sleep(0.002)
        return time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(15)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(HEAD)
            return connection.recv(1000).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


def _mixed(founded: Founded, requests: int, name: str, ticket: str) -> list[tuple[list[bytes], int]]:
    """A tenth of the requests deliver mail, a tenth open tickets, the others read; with the status of each."""
    part = requests // 40
    lists = [reading(path, founded.key) for path in _LISTS]
    read = [reading(f"/api/v1/tickets/{ticket}?include=customer,conversations", founded.key)]
    turns = (
        (
            (webhooks("/api/webhooks/resend", part, f"{name}-{turn}"), 200),
            (tickets(founded.key, part, f"{name}-{turn}"), 201),
            (lists * (part * 4 // len(lists)), 200),
            (read * (part * 4), 200),
        )
        for turn in range(4)
    )
    return list(chain.from_iterable(turns))


_LISTS = (
    "/api/v1/tickets",
    "/api/v1/tickets?status=open&include=customer",
    "/api/v1/customers",
    "/api/v1/tickets?q=kettle",
)


def _wait_for_jobs(sender: Sender, port: int, founded: Founded) -> None:
    """Returns once every mail that was delivered has been dealt with."""
    waiting = reading("/api/v1/webhook-events?state=received&limit=1", founded.key)
    while orjson.loads(sender.send(port, [waiting], 200, 1).answer.partition(b"\r\n\r\n")[2])["data"]:
        time.sleep(0.05)
