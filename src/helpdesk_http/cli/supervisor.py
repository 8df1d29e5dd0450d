"""Serving HTTP in several processes, which share the store and the listening sockets."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from time import monotonic
from types import FrameType
from typing import Final

from helpdesk_http.cli.desk import container
from helpdesk_http.cli.server import FAREWELL, serve_app
from helpdesk_http.cli.trouble import FAILURE, Failure

LAST_CALL: Final = FAREWELL + 3
"""Seconds after which a process that was asked to stop is killed."""
LOOK_EVERY: Final = 0.2

SPAWN: Final = multiprocessing.get_context("spawn")


class Supervisor:
    """Keeps so many processes serving until SIGINT or SIGTERM: one that dies is replaced, once it has served at all.

    They read the settings from the environment. Where this process dies they stop by themselves.
    """

    def __init__(self, workers: int, sockets: Sequence[socket.socket]) -> None:
        self._workers = workers
        self._sockets = list(sockets)
        self._stop = threading.Event()
        self._ready: dict[SpawnProcess, Event] = {}

    def run(self, ready: Callable[[], None]) -> None:
        """Comes back once all have stopped; Failure where they can't start."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        try:
            for _ in range(self._workers):
                self._start()
            self._watch(ready)
        finally:
            self._end()

    def _watch(self, ready: Callable[[], None]) -> None:
        told = False
        while not self._stop.wait(LOOK_EVERY):
            if not told and any(event.is_set() for event in self._ready.values()):
                told = True
                ready()
            for process in [one for one in self._ready if not one.is_alive()]:
                if not self._ready.pop(process).is_set():
                    raise Failure("a process could not start; the log says why")
                self._start()

    def _start(self) -> None:
        ready = SPAWN.Event()
        process = SPAWN.Process(target=_work, args=(self._sockets, ready))
        process.start()
        self._ready[process] = ready

    def _end(self) -> None:
        deadline = monotonic() + LAST_CALL
        for process in self._ready:
            process.terminate()
        for process in self._ready:
            process.join(max(0.0, deadline - monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
        for one in self._sockets:
            one.close()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()


def _work(sockets: list[socket.socket], ready: Event) -> None:
    """The life of one process."""
    from helpdesk_http.app import create_app

    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        serve_app(create_app(container()), sockets, ready.set)
    except Failure:
        raise SystemExit(FAILURE) from None  # told in the log already


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
