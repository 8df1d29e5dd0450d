"""A real desk in a process of its own, and its command line."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

import httpx2
from attrs import define, field
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.ids import system_clock
from helpdesk_core.signatures import svix
from helpdesk_http.cli import main
from tests.http.forks import Forked, forked

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
        """What `helpdesk … --json` prints where it succeeds."""
        code, printed, complaint = self._ended(*arguments, input=input)
        assert code == 0, complaint
        return json.loads(printed)

    def told(self, *arguments: str) -> tuple[Any, int]:
        """What `helpdesk … --json` prints, whether it succeeds or not, and its exit code."""
        code, printed, _ = self._ended(*arguments)
        return json.loads(printed), code

    def process(self, *arguments: str, **more: Any) -> Forked:
        """A process that runs `helpdesk …`, or what `forked` is told to run."""
        return forked(arguments, self.environment, self.data.parent, **more)

    def start(self, *arguments: str, **more: Any) -> Forked:
        """`helpdesk serve`, once it answers."""
        return self._started(self.process("serve", "--port", str(self.port), *arguments, **more))

    def start_later(self, after: timedelta) -> Forked:
        """The same by a clock that is so far ahead: as if nobody had started it before."""
        serve = (str(after.total_seconds()), "serve", "--port", str(self.port))
        return self._started(self.process(*serve, run=f"{__name__}:main_later"))

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[Forked]:
        process = self.start(*arguments)
        try:
            yield process
        finally:
            stop(process)

    def _ended(self, *arguments: str, input: str | None = None) -> tuple[int, str, str]:
        """Exit code, output and complaints of `helpdesk … --json`."""
        with TemporaryFile() as given, TemporaryFile() as told, TemporaryFile() as complained:
            given.write((input or "").encode())
            given.seek(0)
            code = self.process(*arguments, "--json", stdin=given, stdout=told, stderr=complained).wait(60)
            for stream in (told, complained):
                stream.seek(0)
            return code, told.read().decode(), complained.read().decode()

    def _started(self, process: Forked) -> Forked:
        try:
            eventually(lambda: self._answers(process), STARTS_WITHIN)
        except BaseException:
            if process.poll() is None:
                kill(process)  # nobody else knows of it
            raise
        return process

    def _answers(self, process: Forked) -> bool:
        assert process.poll() is None, "the desk ended before it answered"
        try:
            return httpx2.head(f"{self.base}/api/health", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False


def main_later(arguments: Sequence[str]) -> int:
    """`helpdesk` by a clock that is as many seconds ahead as the first argument says."""
    ahead = timedelta(seconds=float(arguments[0]))
    Container.clock.override(providers.Object(lambda: system_clock() + ahead))
    return main(arguments[1:])


def stop(process: Forked) -> None:
    """Ends the process in an orderly way, and asserts that it does end."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    assert process.wait(30) in (0, -signal.SIGTERM)


def kill(process: Forked) -> None:
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
