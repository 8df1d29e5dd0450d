"""Many connections on which a server sends events."""

import resource
import selectors
import socket
import time
from collections.abc import Sequence


def opened(port: int, asked: Sequence[bytes], begins: bytes) -> list[socket.socket]:
    """A connection for each request, once each of them has been sent the words with which its stream begins."""
    found = []
    for one in asked:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.sendall(one)
        found.append(connection)
    until_all(found, begins)
    return found


def until_all(listeners: Sequence[socket.socket], words: bytes) -> None:
    """Returns once every one of them has been sent these words."""
    deadline = time.monotonic() + 60
    seen: dict[socket.socket, bytes] = dict.fromkeys(listeners, b"")
    with selectors.DefaultSelector() as selector:
        for one in listeners:
            selector.register(one, selectors.EVENT_READ)
        while seen:
            assert time.monotonic() < deadline, f"{len(seen)} of them never heard"
            for key, _ in selector.select(1):
                ready = key.fileobj
                assert isinstance(ready, socket.socket)
                seen[ready] += ready.recv(65536)
                if words in seen[ready]:
                    del seen[ready]
                    selector.unregister(ready)


def allow_files(number: int) -> None:
    """Lets this process, and those that it starts, hold so many files open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard), hard))
