"""Processes of the desk, each forked off one that has imported everything already.

They are as real as any other: each has its memory, its files, its session and its death to itself. Only the two
seconds of imports are spent once, not each time. What a start from nothing does is checked where the command line is.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from attrs import define

ROOT = Path(__file__).parents[2]
COMMAND = "helpdesk_http.cli:main"
IMPORTED = (
    "helpdesk_http.app",
    "helpdesk_http.cli.protocol",
    "helpdesk_http.cli.server",
    "helpdesk_adapters.blobs.files",
    "helpdesk_adapters.container",
    "helpdesk_adapters.email.imap.session",
    "helpdesk_adapters.email.outgoing",
    "helpdesk_adapters.email.proofs.dns",
    "helpdesk_adapters.email.smtp",
    "helpdesk_adapters.limits.memory",
    "helpdesk_adapters.logs",
    "helpdesk_adapters.storage.sql.backup",
    "helpdesk_adapters.storage.sql.migrate",
    "helpdesk_adapters.storage.sql.postgres",
    "helpdesk_adapters.storage.sql.sqlite",
    "helpdesk_adapters.storage.sql.work",
    "helpdesk_adapters.secrets.links",
    "helpdesk_adapters.upkeep.migrations",
    "helpdesk_adapters.web.webhook_calls",
    "alembic.command",
    "anyio._backends._asyncio",
)


@define
class Forked:
    """Such a process, to be waited for and killed like any other."""

    pid: int
    returncode: int | None
    _told: socket.socket

    def poll(self) -> int | None:
        """Its exit code (less than 0: the signal that ended it), or None while it goes on."""
        return self._look(0)

    def wait(self, timeout: float) -> int:
        """Its exit code, once it has ended; subprocess.TimeoutExpired where that takes too long."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _look(self, seconds: float) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], seconds)[0]:
            self.returncode = int(_line(self._told))
            self._told.close()
        return self.returncode


def forked(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    *,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
    stderr: IO[bytes] | None = None,
    run: str = COMMAND,
) -> Forked:
    """A process with a session of its own that runs the function `run` (module:name), by itself the command.

    The function is called with the arguments; what it returns is the exit code. Where it is not told otherwise it reads
    nothing, what it prints is lost, and it complains where we do.
    """
    parent, (here, there) = _parent(), socket.socketpair()
    with there, Path(os.devnull).open("r+b") as nothing:
        streams = (
            (stdin or nothing).fileno(),
            (stdout or nothing).fileno(),
            stderr.fileno() if stderr else 2,
        )
        socket.send_fds(parent, [b"."], [there.fileno(), *streams])
    order = {"run": run, "arguments": list(arguments), "environment": {**environment}, "folder": str(folder)}
    here.sendall(json.dumps(order).encode() + b"\n")
    return Forked(int(_line(here)), None, here)


@cache
def _parent() -> socket.socket:
    """The process that has imported everything, which forks for whoever asks over this socket.

    It ends with us, and all that it has forked.
    """
    here, there = socket.socketpair()
    with there:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.http.forks", str(there.fileno())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=[there.fileno()],
            start_new_session=True,
        )
    atexit.register(process.wait, 15)
    atexit.register(here.close)
    assert here.recv(1) == b"!", "it could not import everything"
    return here


def _line(told: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        more = told.recv(65536)
        assert more, "the process that forks is gone"
        line += more
    return line


def _fork_for_all(asking: socket.socket) -> int:
    """Forks as it is asked to, and tells how each ended; what the forked one then does is its exit code."""
    woken, wake = socket.socketpair()
    for one in (woken, wake):
        one.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    asked: dict[int, socket.socket] = {}
    asking.sendall(b"!")
    while True:
        ready, _, _ = select.select([asking, woken], [], [])
        if woken in ready:
            woken.recv(65536)
            _tell_who_ended(asked)
        if asking not in ready:
            continue
        byte, streams, _, _ = socket.recv_fds(asking, 1, 4)
        if not byte:  # whoever asked has ended, perhaps was killed: nobody else would end these
            for pid in asked:
                os.kill(pid, signal.SIGKILL)
            return 0
        told = socket.socket(fileno=streams.pop(0))
        order = json.loads(_line(told))
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (asking, woken, wake, told, *asked.values()):
                one.close()
            return _obey(order, streams)
        for number in streams:
            os.close(number)
        asked[pid] = told
        told.sendall(b"%d\n" % pid)


def _tell_who_ended(asked: dict[int, socket.socket]) -> None:
    for pid in list(asked):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with asked.pop(pid) as told, suppress(BrokenPipeError):  # maybe nobody waits for it any more
                told.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _obey(order: dict[str, Any], streams: Sequence[int]) -> int:
    """What the forked process is there for."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = ["helpdesk", *order["arguments"]]
    module, _, name = order["run"].partition(":")
    code: int = getattr(import_module(module), name)(order["arguments"])
    return code


if __name__ == "__main__":
    for _name in IMPORTED:
        import_module(_name)
    sys.exit(_fork_for_all(socket.socket(fileno=int(sys.argv[1]))))
