"""Serving HTTP in this process."""

import errno
import linecache
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from helpdesk_http.cli.trouble import Failure

FAREWELL: Final = 5
"""Seconds that open requests and streams have left once the desk is asked to stop."""
KEEP_ALIVE: Final = 75
"""Seconds that an idle connection is kept: longer than the proxies in front keep theirs (nginx: 60, ALB: 60)."""
BACKLOG: Final = 2048
TURN: Final = 0.0005
"""Seconds for which one thread may keep the others waiting."""

OPTIONS: Final[dict[str, Any]] = {
    "log_config": None,  # log lines are ours
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,  # whom to believe is up to HELPDESK_TRUSTED_PROXIES
    "ws": "none",
    "lifespan": "on",
    "backlog": BACKLOG,
    "timeout_keep_alive": KEEP_ALIVE,
    "timeout_graceful_shutdown": FAREWELL,
}


class Server(uvicorn.Server):
    """A server that tells when it serves, and when it is about to stop."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        linecache.clearcache()  # megabytes: the text of every method that attrs and cattrs have written
        if self.started:
            self._ready()


def serve_app(app: Starlette, sockets: Sequence[socket.socket], ready: Callable[[], None]) -> None:
    """Serves until SIGINT or SIGTERM, and comes back once all is closed; Failure where the app does not start."""
    # The store's threads take turns with the event loop often: measured, that is more units a second, not fewer.
    sys.setswitchinterval(TURN)
    # Live streams would go on for as long as their listeners like: they are told to end.
    stopping = app.state.desk.live().end_all
    server = Server(uvicorn.Config(app, http=_protocol(), **OPTIONS), ready, stopping)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn handles both while it runs, and sends them once more afterwards: to end as the caller wants.
        signal.signal(number, _let_be)
    try:
        server.run(list(sockets))
    except SystemExit as end:  # that is how uvicorn says that the lifespan failed, which it has logged
        raise Failure("the desk could not start; the log says why") from end
    if not server.started:
        raise Failure("the desk could not start; the log says why")


def stoppable() -> None:
    """From now on SIGTERM ends this command like Ctrl-C does, so that everything opened is closed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def listening(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen at every address of the host, at one port (0: a free one); Failure where that can't be."""
    bound: list[socket.socket] = []
    try:
        for family, address in _addresses(host, port):
            one = socket.socket(family, socket.SOCK_STREAM)
            bound.append(one)
            if os.name == "posix":
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address[0], port_of(bound) or port, *address[2:]))
            one.listen(BACKLOG)
    except OSError as error:
        for one in bound:
            one.close()
        reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise Failure(f"port {port} at {host} {reason}; choose another with --port") from error
    return bound


def port_of(sockets: Sequence[socket.socket]) -> int:
    """The port of the first of them; 0 where it is not bound."""
    port: int = sockets[0].getsockname()[1]
    return port


def _addresses(host: str, port: int) -> Sequence[tuple[socket.AddressFamily, tuple[Any, ...]]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise Failure(f"--host {host} is no address of this machine ({error.strerror})") from error
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _protocol() -> Any:
    """The fast parser with our limits where it is installed (everywhere but on Windows), else h11 with its own."""
    try:
        from helpdesk_http.cli.protocol import BoundedProtocol
    except ModuleNotFoundError:
        return "h11"
    return BoundedProtocol


def _let_be(number: int, frame: FrameType | None) -> None:
    """Does nothing about a signal."""
