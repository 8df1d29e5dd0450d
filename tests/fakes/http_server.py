"""A small real HTTP server in a thread, for fakes of providers to stand on."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from attrs import Factory, field, frozen


@frozen
class Request:
    """What a client sent; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


@frozen
class Reply:
    """What it is answered."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = Factory(dict)
    dribble: tuple[bytes, float] | None = field(default=None)
    """A chunk and the seconds between two of them: an answer that never ends."""


Answering = Callable[[Request], Reply]


@contextmanager
def serving(answer: Answering, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serves on 127.0.0.1 until the block ends; the port is one that was free."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = answer(Request(self.command, self.path, headers, body))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.dribble is None:
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
                return
            self.send_header("connection", "close")
            self.end_headers()
            chunk, pause = reply.dribble
            while not done.wait(pause):
                self.wfile.write(chunk)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

        def log_message(self, *_: object) -> None:
            """Says nothing: a test tells by what it asserts."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up in the middle is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        done.set()
        server.shutdown()
        thread.join()
        server.server_close()
