"""Telling the waiting engines of this process that there is work, from whatever thread."""

from socket import socket, socketpair
from threading import Lock

import anyio


class Bell:
    """Any thread rings it; any number of tasks, in whatever event loops of the process, wait for it.

    `rung` says how often it was rung: whoever reads it before looking for work, and waits with it, misses
    nothing.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._strings: set[socket] = set()
        self.rung = 0

    def ring(self) -> None:
        """Wakes everybody who waits. Does not block and needs no event loop."""
        with self._lock:
            self.rung += 1
            for string in self._strings:
                string.send(b"!")
            self._strings.clear()

    async def wait(self, rung: int, seconds: float) -> None:
        """Returns once it was rung after `rung` was read, at the latest after so many seconds."""
        # A pair of sockets is the one thing that every thread may poke and every event loop can watch.
        ear, string = socketpair()
        with ear, string:
            ear.setblocking(False)
            string.setblocking(False)
            with self._lock:
                if self.rung != rung:
                    return
                self._strings.add(string)
            try:
                with anyio.move_on_after(seconds):
                    await anyio.wait_readable(ear)
            finally:
                with self._lock:
                    self._strings.discard(string)
