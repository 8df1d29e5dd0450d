"""Requests are read with limits."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn import Config

from helpdesk_http.cli import protocol
from helpdesk_http.cli.server import OPTIONS, Server, listening, port_of


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server as `helpdesk serve` has it, with a small application."""
    sockets, ready = listening("127.0.0.1", 0), threading.Event()
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    server = Server(Config(app, http=protocol.BoundedProtocol, **OPTIONS), ready.set, lambda: None)
    number = port_of(sockets)
    thread = threading.Thread(target=server.run, args=(sockets,))
    thread.start()
    assert ready.wait(20)
    yield number
    server.should_exit = True
    thread.join()


def answer(port: int, *pieces: bytes) -> bytes:
    """All that comes back until the server hangs up."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as client:
        for piece in pieces:
            client.sendall(piece)
        return client.makefile("rb").read()


def test_headers_that_never_end_are_refused(port: int) -> None:
    told = answer(port, b"GET / HTTP/1.1\r\nhost: desk.example\r\nx-long: " + b"a" * 70_000)
    assert told.startswith(b"HTTP/1.1 431 ")
    assert b'"code": "headers_too_large"' in told


def test_headers_up_to_the_limit_are_read_on_every_request_of_a_connection(port: int) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            assert client.get("/", headers={"x-long": "a" * 50_000}).status_code == 200


def test_a_large_body_is_no_large_head(port: int) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.post("/", content=b"a" * 300_000).text == "300000"


def test_what_is_not_http_is_a_problem_with_status_400(port: int) -> None:
    told = answer(port, b"\x16\x03\x01 nonsense\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n")


def test_a_head_that_does_not_come_is_waited_for_only_so_long(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_WITHIN", 0.2)
    assert answer(port) == b""
    assert answer(port, b"GET / HTTP/1.1\r\nhost: desk") == b""
    further = b"GET / HTTP/1.1\r\nhost: desk.example\r\n\r\n"
    told = answer(port, further, b"GET / HTTP/1.1\r\nho")
    assert told.startswith(b"HTTP/1.1 200 OK")
    assert told.count(b"HTTP/1.1") == 1
