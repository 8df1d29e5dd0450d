"""The command, on a folder of its own: each run as a process, or one after the other in a process beside this one.

The latter is the same code without a second of imports each time. In this process it can't run: it decides where log
lines go, for good.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import httpx2
from attrs import Factory, evolve, frozen

COMMAND = Path(sys.executable).with_name("helpdesk")
STARTS_WITHIN = 60.0
STOPS_WITHIN = 15.0


@frozen
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> tuple[int, str]:
        """Exit code and the line on standard error, of a command that failed as it should: one line, and no output."""
        assert self.out == ""
        assert self.err.endswith("\n")
        (line,) = self.err.splitlines()
        return self.code, line


@frozen
class Going:
    """A command that goes on; `told` is the JSON value it printed when it was ready."""

    told: dict[str, Any]
    process: subprocess.Popen[str]

    def client(self, key: str | None = None) -> httpx2.Client:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return httpx2.Client(base_url=self.told["url"], headers=headers, timeout=20)

    def stop(self, number: int = signal.SIGTERM) -> Done:
        """Asks it to end, waits until it has, and returns what it wrote since it was ready."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=STOPS_WITHIN)
        return Done(self.process.returncode, out, err)


@frozen
class Commands:
    """`helpdesk` in a folder of its own."""

    folder: Path
    environment: Mapping[str, str] = Factory(dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def having(self, **settings: str) -> "Commands":
        """The same with these settings too."""
        return evolve(self, environment={**self.environment, **settings})

    def run(self, *arguments: str, given: str = "") -> Done:
        order = {
            "arguments": arguments,
            "environment": self._environment(),
            "folder": str(self.folder),
            "given": given,
        }
        return Done(**_ordered(order))

    def run_alone(self, *arguments: str, given: str = "") -> Done:
        """The same as a process of its own."""
        done = subprocess.run(
            [COMMAND, *arguments],
            env=self._environment(),
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments: str, given: str = "") -> Any:
        """What a command that succeeds prints with --json: one value and one line feed, and no word beside it."""
        done = self.run(*arguments, "--json", given=given)
        assert (done.code, done.err) == (0, ""), done
        assert done.out.endswith("\n")
        assert "\n" not in done.out[:-1]
        return json.loads(done.out)

    @contextmanager
    def going(self, *arguments: str) -> Iterator[Going]:
        """A command that goes on, from when it is ready; it is killed if the block did not stop it."""
        process = subprocess.Popen(
            [COMMAND, *arguments, "--json"],
            env=self._environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        try:
            yield Going(json.loads(_first_line(process)), process)
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=STOPS_WITHIN)

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH")
            if name in os.environ
        }
        cached = {"PYTHONPYCACHEPREFIX": _bytecode()}
        return {**inherited, **cached, "HELPDESK_DATA_DIR": str(self.data), **self.environment}


def commands(folder: Path) -> Commands:
    """`helpdesk` on a fresh desk in the folder."""
    place = folder / "desk"
    place.mkdir()
    return Commands(place)


def _ordered(order: dict[str, Any]) -> dict[str, Any]:
    beside = _process_beside()
    assert beside.stdin is not None
    assert beside.stdout is not None
    beside.stdin.write(json.dumps(order) + "\n")
    beside.stdin.flush()
    result: dict[str, Any] = json.loads(beside.stdout.readline())
    return result


@cache
def _bytecode() -> str:
    """Where nothing may be written beside the modules, each command would compile all of them anew."""
    folder = TemporaryDirectory(prefix="helpdesk-bytecode-")
    atexit.register(folder.cleanup)
    return folder.name


@cache
def _process_beside() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    atexit.register(process.communicate)
    return process


def _obey() -> None:
    """The process beside: a line of JSON is a command, a line of JSON how it ended."""
    from helpdesk_http.cli import main

    orders, results = sys.stdin, sys.stdout
    for line in orders:
        order = json.loads(line)
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        out, err = TextIOWrapper(BytesIO(), "utf-8"), TextIOWrapper(BytesIO(), "utf-8")
        sys.stdin, sys.stdout, sys.stderr = StringIO(order["given"]), out, err
        code = main(order["arguments"])
        told = {}
        for name, stream in (("out", out), ("err", err)):
            stream.flush()
            stream.seek(0)
            told[name] = stream.read()
        results.write(json.dumps({"code": code, **told}) + "\n")
        results.flush()


def _first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    deadline = monotonic() + STARTS_WITHIN
    while monotonic() < deadline:
        if select.select([process.stdout], [], [], 0.2)[0]:
            line = process.stdout.readline()
            if line:
                return line
            raise AssertionError(f"it ended before it was ready: {process.communicate()[1]}")
    raise AssertionError("it was not ready in time")


if __name__ == "__main__":
    _obey()
