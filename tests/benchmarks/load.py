"""The load: requests that were made beforehand, over keep-alive connections, from a process of its own.

Nothing is parsed but what tells where an answer ends, so that one core of it outruns any server that is measured.
"""

import asyncio
import multiprocessing
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, repeat
from multiprocessing.connection import Connection
from time import perf_counter, process_time
from typing import cast

import uvloop
from attrs import frozen

CONNECTIONS = 8
LONGEST = 300
"""Seconds a load may take."""


@frozen
class Ran:
    """A load that was answered: seconds it took, seconds of processor the sender spent, one answer to look at."""

    requests: int
    seconds: float
    sender_seconds: float
    answer: bytes

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


class Sender:
    """The sending process."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def send(self, port: int, requests: Sequence[bytes], status: int, connections: int = CONNECTIONS) -> Ran:
        """Sends them all, each connection its next once it is answered; AssertionError for any other status."""
        self._pipe.send((port, requests, status, connections))
        ran: Ran | AssertionError = self._pipe.recv()
        if isinstance(ran, AssertionError):
            raise ran
        return ran


@contextmanager
def sending() -> Iterator[Sender]:
    """A process that sends loads until the block ends."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Sender(ours)
    finally:
        ours.send(None)
        process.join(15)


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as it goes over the wire; `_` in a header's name stands for `-`. Unless they tell, a body is JSON."""
    given = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body:
        given = {"content-type": "application/json", "content-length": str(len(body)), **given}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], status: int, done: "asyncio.Future[bytes]") -> None:
        self._requests = requests
        self._status = b"HTTP/1.1 %d " % status
        self._done = done
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so
        self._next()

    def data_received(self, data: bytes) -> None:
        answer = self._answer = self._answer + data if self._answer else data
        end = answer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(answer, 0, end + 2)
        if length is None or not answer.startswith(self._status):
            self._end(AssertionError(f"expected {self._status!r}: {answer[:500]!r}"))
        elif len(answer) >= end + 4 + int(length[1]):
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(AssertionError(f"the connection was closed ({exc})"))

    def _next(self) -> None:
        upcoming = next(self._requests, None)
        if upcoming is None:
            self._end(None)
        else:
            self._answer = b""
            self._transport.write(upcoming)

    def _end(self, error: Exception | None) -> None:
        if not self._done.done():
            if error is None:
                self._done.set_result(self._answer)
            else:
                self._done.set_exception(error)
            self._transport.close()


_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


async def _run(port: int, requests: Sequence[bytes], status: int, connections: int) -> Ran:
    loop = asyncio.get_running_loop()
    upcoming = iter(requests)
    endings: list[asyncio.Future[bytes]] = [loop.create_future() for _ in range(connections)]
    begun, spent = perf_counter(), process_time()
    for done in endings:
        await loop.create_connection(partial(_Connection, upcoming, status, done), "127.0.0.1", port)
    async with asyncio.timeout(LONGEST):
        answers = await asyncio.gather(*endings)
    return Ran(len(requests), perf_counter() - begun, process_time() - spent, answers[0])


def _work(pipe: Connection) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        while (wanted := pipe.recv()) is not None:
            try:
                ran: Ran | AssertionError = runner.run(_run(*wanted))
            except (AssertionError, OSError) as error:
                ran = AssertionError(repr(error))
            pipe.send(ran)


def again(requests: Sequence[bytes], times: int) -> list[bytes]:
    """The same requests, so many times over."""
    return list(chain.from_iterable(repeat(requests, times)))
