"""Servers that are measured, each a process of its own, and what is asked of them."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import orjson
import psutil
from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_core.users import Scope
from tests.benchmarks.load import request
from tests.http.running import WEBHOOK_SECRET, free_port, resend_event, signed

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 30.0
TO = "acme@desk.example"
PUSH_SECRET = "a secret between two programs"
RECEIVER = "mail.desk.example"
"""The server that has looked at who the mails are from: the desk believes it."""


@frozen
class Founded:
    """A data folder with an organization in it, and the text of an API key that may do everything."""

    data: Path
    organization: UUID
    key: str

    @property
    def file(self) -> Path:
        return self.data / "helpdesk.sqlite3"

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "HELPDESK_DATA_DIR": str(self.data),
            "HELPDESK_INBOUND_EMAIL_DOMAIN": "desk.example",
            "HELPDESK_PUBLIC_URL": "http://desk.example",
            "HELPDESK_API_RATE_LIMIT": "0",
            "HELPDESK_WIDGET_RATE_LIMIT": "0",
            "RESEND_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "HELPDESK_INBOUND_EMAIL_SECRET": PUSH_SECRET,
            "HELPDESK_TRUSTED_AUTHSERV_IDS": RECEIVER,  # so that the DNS is asked nothing
        }


def found(folder: Path) -> Founded:
    """A new store with the organization `acme`."""
    settings = Settings(data_dir=folder / "data")
    migrate(settings.database)
    desk = Container(settings=settings)

    async def furnish() -> Founded:
        async with desk.desk().opened():
            organization = await desk.create_organization()("acme", "Acme")
            _, key = await desk.create_api_key()(organization.id, "benchmarks", (Scope.ADMIN,))
            return Founded(settings.data_dir, organization.id, key)

    return asyncio.run(furnish())


@frozen
class Server:
    """A server that answers at a port of this machine."""

    port: int
    process: psutil.Process

    def processor(self) -> float:
        """Seconds of processor it has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def resident(self) -> float:
        """MiB of memory that it holds."""
        return float(self.process.memory_info().rss / 2**20)


@contextmanager
def starting(module: str, environment: Mapping[str, str], *arguments: str) -> Iterator[Server]:
    """`python -m module --port … arguments`, from when it takes connections until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", module, "--port", str(port), *arguments]
    with serving(command, port, environment) as server:
        yield server


@contextmanager
def serving(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    """The command, which is to serve at the port, from when it takes connections until the block ends."""
    process = subprocess.Popen(
        command, env={**clean_environment(), **environment}, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port, process)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(15)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Returns once something listens there."""
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None, "the server ended before it listened"
            assert time.monotonic() < deadline, "the server never listened"
            time.sleep(0.02)
        else:
            return


def clean_environment() -> dict[str, str]:
    """This process's environment without whatever the desk reads from it; Python keeps what it has compiled."""
    left_out = ("HELPDESK_", "RESEND_", "SMTP_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


def webhooks(path: str, number: int, name: str) -> list[bytes]:
    """Deliveries of Resend, each with an id and a signature of its own."""
    return [_delivery(path, f"{name}-{place}") for place in range(number)]


def _delivery(path: str, name: str) -> bytes:
    body = resend_event(name, to=TO)
    headers = {key.replace("-", "_"): value for key, value in signed(body, f"msg_{name}").items()}
    return request("POST", path, body, **headers)


def tickets(key: str, number: int, name: str) -> list[bytes]:
    """Tickets to be opened, on behalf of some hundred customers."""
    return [
        request(
            "POST", "/api/v1/tickets", _ticket(f"{name}-{place}", place % 400), authorization=f"Bearer {key}"
        )
        for place in range(number)
    ]


def _ticket(name: str, customer: int) -> bytes:
    return orjson.dumps(
        {
            "subject": f"The kettle leaks ({name})",
            "message": "Since this morning it leaks when I fill it beyond the half.\n\nWhat can I do about it?",
            "customer": {"email": f"ida{customer}@garden.example", "name": "Ida"},
        }
    )


def reading(path: str, key: str) -> bytes:
    return request("GET", path, authorization=f"Bearer {key}")
