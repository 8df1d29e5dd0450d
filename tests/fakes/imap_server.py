"""A real IMAP server (pymap) in a process of its own, and what a sender does to a mailbox of it."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from attrs import frozen

USER, PASSWORD = "help@acme.example", 'pass "word" \\ with marks'


@frozen
class Server:
    port: int
    process: "subprocess.Popen[bytes]"

    def settings(self, **more: str) -> dict[str, str]:
        known = {"host": "127.0.0.1", "port": str(self.port), "security": "none", "username": USER}
        return {**known, "password": PASSWORD, **more}

    @contextmanager
    def logged_in(self) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(USER, PASSWORD)
        yield client
        client.logout()

    def deliver(self, *messages: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        with self.logged_in() as client:
            for message in messages:
                answer, told = client.append(folder, "", at, message)
                assert answer == "OK", told

    def create(self, folder: str) -> None:
        with self.logged_in() as client:
            assert client.create(folder)[0] == "OK"

    def delete(self, folder: str) -> None:
        with self.logged_in() as client:
            assert client.delete(folder)[0] == "OK"


@contextmanager
def imap_server() -> Iterator[Server]:
    port = free_port()
    arguments = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    program = "import sys; from pymap.main import main; sys.argv[0] = 'pymap'; main()"
    process = subprocess.Popen(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            program,
            *arguments,
            "--demo-user",
            USER,
            "--demo-password",
            PASSWORD,
        ]
    )
    try:
        wait_for(port, process)
        yield Server(port, process)
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until somebody listens there."""
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The IMAP server did not start.")
