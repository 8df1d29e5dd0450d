"""Mail that is pushed: from the request to the committed ticket with its files stored. Rates are told, not judged."""

import random
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from tests.benchmarks.figures import Figures
from tests.benchmarks.load import Sender
from tests.benchmarks.pushing import pushes
from tests.benchmarks.servers import Founded, Server, found, serving

pytestmark = pytest.mark.timeout(3600)

CONNECTIONS = 32


@pytest.mark.parametrize(("workers", "wanted"), [(1, "642/s"), (2, "1,070/s")])
def test_pushed_mails_are_tickets_once_they_are_answered(
    sender: Sender, tmp_path: Path, figures: Figures, quick: bool, workers: int, wanted: str
) -> None:
    mails = 40 if quick else 5000
    founded = found(tmp_path)
    with _serving(founded, workers) as desk:
        sender.send(desk.port, pushes(20 if quick else 200, "warm"), 200, CONNECTIONS)
        kept = _kept(founded)
        begun = _processor(desk)
        ran = sender.send(desk.port, pushes(mails, "push"), 200, CONNECTIONS)
        spent = _processor(desk) - begun
    now = _kept(founded)
    assert now["tickets"] - kept["tickets"] == mails
    assert now["conversations"] - kept["conversations"] == mails
    assert now["files"] - kept["files"] == now["attachments"] - kept["attachments"] > mails
    figures.add(
        f"mails pushed, {workers} {'process' if workers == 1 else 'processes'}",
        f"{ran.rate:,.0f}/s",
        wanted,
        f"{mails:,} mails; {spent / mails * 1e6:.0f} us of processor each;"
        f" sender {ran.sender_seconds / ran.seconds:.0%} busy",
    )


def test_memory_stays_flat_over_a_hundred_thousand_mails(
    sender: Sender, tmp_path: Path, figures: Figures, quick: bool
) -> None:
    parts, mails = (4, 40) if quick else (20, 5000)
    founded = found(tmp_path)
    held = []
    with _serving(founded, 1) as desk:
        for part in range(parts):
            sender.send(desk.port, pushes(mails, f"part-{part}"), 200, CONNECTIONS)
            held.append(desk.resident())
    half = parts // 2  # before, caches fill
    growth = (held[-1] - held[half]) / (mails * (parts - 1 - half)) * 1000
    figures.add(
        f"memory over {parts * mails:,} pushed mails",
        f"{held[-1]:.0f} MiB",
        "flat",
        f"{held[0]:.0f} after {mails:,}, {held[half]:.0f} at half; then {growth * 1024:.1f} KiB a thousand mails",
    )
    # Whatever is left behind of a mail is at least a kilobyte; this is malloc's fragments and SQLite's bookkeeping.
    assert quick or growth < 0.2, held


@contextmanager
def _serving(founded: Founded, workers: int) -> Iterator[Server]:
    port = _port()
    command = [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]
    several = ["--workers", str(workers)] if workers > 1 else []
    with serving([*command, *several], port, founded.environment) as desk:
        yield desk


def _port() -> int:
    """A free one from which no connection goes out: whoever waits for the desk to listen could take it away."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _processor(desk: Server) -> float:
    """Seconds of processor of all its processes."""
    every: list[psutil.Process] = [desk.process, *desk.process.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in every)


def _kept(founded: Founded) -> dict[str, int]:
    with closing(sqlite3.connect(founded.file)) as raw:
        rows = {
            table: int(raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("tickets", "conversations", "attachments")
        }
    files = sum(1 for path in (founded.data / "files").rglob("*") if path.is_file())
    return {**rows, "files": files}
