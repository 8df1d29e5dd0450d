"""Files: how much memory an upload and a download hold while they run."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.benchmarks.figures import Figures
from tests.benchmarks.servers import Server, found, serving
from tests.fakes.s3_server import s3_server
from tests.http.running import free_port

pytestmark = pytest.mark.timeout(300)

FULL = 10 << 20
MIB = 1 << 20


@pytest.mark.parametrize("storage", ["folder", "s3"])
def test_an_upload_of_ten_megabytes_adds_less_than_five_to_memory(
    tmp_path: Path, figures: Figures, quick: bool, storage: str
) -> None:
    rounds = 2 if quick else 10
    founded, port = found(tmp_path), free_port()
    with ExitStack() as stack:
        environment = {**founded.environment, **_storage(storage, stack)}
        command = [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]
        desk = stack.enter_context(serving(command, port, environment))
        client = stack.enter_context(
            httpx2.Client(
                base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {founded.key}"}
            )
        )
        for number in range(20):
            _upload(client, b"\x01%d" % number)  # whatever is imported at the first file
        uploads, downloads, seconds = [], [], []
        for number in range(rounds):
            content = bytes([number + 1]) * FULL
            begun = time.perf_counter()
            added, url = _while(desk, partial(_upload, client, content))
            seconds.append(time.perf_counter() - begun)
            uploads.append(added)
            downloads.append(_while(desk, partial(_download, client, url))[0])
    figures.add(
        f"memory that an upload of 10 MiB adds ({storage})",
        f"{max(uploads):.1f} MiB",
        "less than 5 MiB" if storage == "folder" else "",
        f"the first {uploads[0]:.1f}; a download {max(downloads):.1f}; {min(seconds) * 1000:.0f} ms an upload",
    )
    assert max(uploads) < (5 if storage == "folder" else 16)
    assert max(downloads) < 5


def _storage(storage: str, stack: ExitStack) -> Mapping[str, str]:
    if storage == "folder":
        return {}
    address = stack.enter_context(s3_server())
    httpx2.put(f"{address}/attachments").raise_for_status()
    return {
        "HELPDESK_STORAGE_URL": f"s3://attachments/desk?endpoint={address}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }


def _upload(client: httpx2.Client, content: bytes) -> str:
    answer = client.post("/api/upload", files={"file": ("file.bin", content)}, timeout=60)
    answer.raise_for_status()
    return str(answer.json()["url"])


def _download(client: httpx2.Client, url: str) -> str:
    path = urlsplit(url).path
    of_desk = path.startswith("/files/")
    with client.stream("GET", path) if of_desk else httpx2.stream("GET", url) as answer:
        assert sum(len(piece) for piece in answer.iter_bytes()) == FULL
    return url


def _while(desk: Server, act: Callable[[], str]) -> tuple[float, str]:
    """What the act gives, and the MiB that the desk held at the most above what it held before."""
    before = desk.resident()
    with _highest(desk) as held:
        result = act()
    return max(0.0, *(one - before for one in held)), result


@contextmanager
def _highest(desk: Server) -> Iterator[list[float]]:
    held: list[float] = []
    done = Event()

    def look() -> None:
        while not done.wait(0.001):
            held.append(desk.resident())

    thread = Thread(target=look)
    thread.start()
    try:
        yield held
    finally:
        done.set()
        thread.join()
        held.append(desk.resident())
