"""Live streams: what a thousand listeners who hear nothing cost, and how soon all of them hear something."""

import socket
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.figures import Figures
from tests.benchmarks.load import Sender, request
from tests.benchmarks.servers import found, serving, tickets
from tests.benchmarks.streams import allow_files, opened, until_all
from tests.http.running import free_port

pytestmark = pytest.mark.timeout(300)

LISTENERS = 1000
HEARD = b"event: ticket.created\n"


def test_a_thousand_idle_listeners_fit_into_60_mib_and_hear_at_once(
    sender: Sender, tmp_path: Path, figures: Figures, quick: bool
) -> None:
    number = 50 if quick else LISTENERS
    allow_files(number + 200)
    founded, port = found(tmp_path), free_port()
    command = [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]
    with serving(command, port, founded.environment) as desk:
        sender.send(port, tickets(founded.key, 16, "warm"), 201)
        for one in _listen(port, founded.key, 5):  # what the first of them needs once and for all
            one.close()
        before = desk.resident()
        listeners = _listen(port, founded.key, number)
        idle = desk.resident() - before
        busy = desk.processor()
        time.sleep(0 if quick else 20)  # a round of heartbeats
        busy = desk.processor() - busy
        begun = time.perf_counter()
        sender.send(port, tickets(founded.key, 1, "heard"), 201, 1)
        until_all(listeners, HEARD)
        told = time.perf_counter() - begun
        heard = desk.resident() - before
        for one in listeners:
            one.close()
    figures.add(
        f"{number:,} idle listeners of the event stream",
        f"{idle:.0f} MiB",
        "less than 60 MiB",
        f"{idle * 1024 / number:.0f} KiB each; {heard:.0f} MiB after an event, which all of them had after"
        f" {told * 1000:.0f} ms; {busy:.1f} s of processor in 20 s of silence; {before:.0f} MiB without them",
    )
    assert quick or idle < 60


def _listen(port: int, key: str, number: int) -> list[socket.socket]:
    """Connections on which the stream has begun."""
    asked = request("GET", "/api/v1/events/stream", authorization=f"Bearer {key}")
    return opened(port, [asked] * number, b": the log from ")
