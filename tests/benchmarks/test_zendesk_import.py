"""A Zendesk account moves in by `helpdesk import zendesk`: how fast, and in how much memory."""

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from attrs import frozen

from tests.benchmarks.figures import Figures
from tests.benchmarks.servers import ROOT, Founded, clean_environment, found, starting
from tests.benchmarks.zendesk import TOKEN

LEAST = 300
"""Tickets a second, with four comments each."""
GROWTH = 24.0
"""MiB that a hundred times as many tickets may take more: names of companies, and what the store keeps at hand."""


@frozen
class Moved:
    tickets: int
    seconds: float
    processor: float
    resident: float
    """MiB at most."""

    @property
    def rate(self) -> float:
        return self.tickets / self.seconds


@pytest.mark.timeout(3600)
def test_an_account_of_any_size_moves_in_at_one_speed_and_in_one_memory(
    tmp_path: Path, figures: Figures, quick: bool
) -> None:
    few, many = (20, 60) if quick else (1_000, 100_000)
    small, large = (_moved(tmp_path / str(tickets), tickets) for tickets in (few, many))
    figures.add(
        f"{many:,} tickets of Zendesk with four comments each",
        f"{large.rate:,.0f} tickets/s",
        f"at least {LEAST}",
        f"{large.processor / many * 1e3:.2f} ms of processor a ticket; {small.rate:,.0f}/s of {few:,}",
    )
    figures.add(
        "memory of such an import, at most",
        f"{large.resident:.0f} MiB",
        "not growing",
        f"{small.resident:.0f} MiB with {few:,} tickets",
    )
    assert quick or large.rate >= LEAST
    assert quick or large.resident - small.resident < GROWTH, "it grows"


def _moved(folder: Path, tickets: int) -> Moved:
    founded = found(folder)
    with starting("tests.benchmarks.zendesk", {}, "--tickets", str(tickets)) as zendesk:
        begun = time.perf_counter()
        process = _importing(founded, zendesk.port)
        watched, highest, spent = psutil.Process(process.pid), 0.0, 0.0
        while process.poll() is None:
            try:
                highest = max(highest, watched.memory_info().rss / 2**20)
                spent = sum(watched.cpu_times()[:2])
            except psutil.NoSuchProcess:
                break
            time.sleep(0.05)
        told, _ = process.communicate()
        seconds = time.perf_counter() - begun
    assert process.returncode == 0
    [kept] = [row for row in json.loads(told)["counts"] if row["kind"] == "tickets"]
    assert kept["created"] == tickets
    return Moved(tickets, seconds, spent, highest)


def _importing(founded: Founded, port: int) -> "subprocess.Popen[bytes]":
    command = ["import", "zendesk", "--org", "acme", "--subdomain", "acme", "--token", "-", "--json"]
    environment = {
        **clean_environment(),
        **founded.environment,
        "HELPDESK_ZENDESK_API_BASE": f"http://127.0.0.1:{port}",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "helpdesk_http.cli", *command],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(TOKEN.encode())
    process.stdin.close()
    process.stdin = None
    return process
