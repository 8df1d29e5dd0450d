"""A real desk in a process of its own, and its command line."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import httpx2
from attrs import define, field

from helpdesk_core.signatures import svix

T = TypeVar("T")

WEBHOOK_SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw=="
STARTS_WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(find: Callable[[], T | None], within: float = 20.0) -> T:
    """What `find` finds in the end; AssertionError where it never finds anything."""
    deadline = time.monotonic() + within
    while True:
        found = find()
        if found:
            return found
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


@define
class RunningDesk:
    """A desk's data folder with its settings; `serving` runs `helpdesk serve` on it."""

    data: Path
    settings: Mapping[str, str] = field(factory=dict)
    port: int = field(factory=free_port)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith(("HELPDESK_", "RESEND_", "SMTP_"))
        }
        return {**inherited, "HELPDESK_DATA_DIR": str(self.data), **self.settings}

    def command(self, *arguments: str, input: str | None = None) -> Any:
        """What `helpdesk … --json` prints."""
        done = subprocess.run(
            [sys.executable, "-m", "helpdesk_http.cli", *arguments, "--json"],
            env=self.environment,
            cwd=self.data.parent,
            input=input,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *arguments: str, stdout: int | IO[bytes] = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """`helpdesk serve`, once it answers."""
        process = subprocess.Popen(
            [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(self.port), *arguments],
            env=self.environment,
            cwd=self.data.parent,
            stdout=stdout,
            start_new_session=True,
        )
        eventually(lambda: self._answers(process), STARTS_WITHIN)
        return process

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        process = self.start(*arguments)
        try:
            yield process
        finally:
            stop(process)

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, "the desk ended before it answered"
        try:
            return httpx2.head(f"{self.base}/api/health", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the process in an orderly way, and asserts that it does end."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    assert process.wait(30) in (0, -signal.SIGTERM)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and all that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(15)


def resend_event(
    email_id: str, *, to: str, sender: str = "Ida <ida@garden.example>", subject: str = "The kettle leaks"
) -> bytes:
    """An `email.received` event as Resend posts it."""
    return json.dumps(
        {
            "type": "email.received",
            "created_at": "2026-04-06T09:30:00.000Z",
            "data": {
                "email_id": email_id,
                "created_at": "2026-04-06T09:29:58.000Z",
                "from": sender,
                "to": [to],
                "cc": [],
                "bcc": [],
                "message_id": f"<{email_id}@garden.example>",
                "subject": subject,
                "attachments": [],
            },
        }
    ).encode()


def signed(body: bytes, delivery_id: str) -> dict[str, str]:
    """The headers with which Resend would post the body now."""
    from datetime import UTC, datetime

    return svix.sign(body, WEBHOOK_SECRET, datetime.now(UTC), delivery_id, brand="svix")
