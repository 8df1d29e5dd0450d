"""What stands around every request: ids, limits, and the shield."""

import re
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket
from structlog.testing import capture_logs

from helpdesk_core.errors import Conflict
from helpdesk_http.middleware import Shield, add_request_id, limited, read_body
from helpdesk_http.problems import REQUEST_ID, BodyTooLarge
from tests.http.shelf import DUNE, Shelf, application

ALWAYS_THE_SAME = PlainTextResponse("hello")


async def hello(request: Request) -> Response:
    return ALWAYS_THE_SAME


async def tell_id(request: Request) -> Response:
    await anyio.sleep(float(request.query_params.get("wait", "0")))
    return PlainTextResponse(REQUEST_ID.get() or "none")


async def crash(request: Request) -> Response:
    raise LookupError("the key is hunter2")


async def decline(request: Request) -> Response:
    raise Conflict("It is lent.")


async def crash_halfway(request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one,"
        raise LookupError("the second is missing")

    return StreamingResponse(pieces())


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


app = Starlette(
    routes=[
        Route("/hello", hello),
        Route("/id", tell_id),
        Route("/crash", crash),
        Route("/decline", decline),
        Route("/halfway", crash_halfway),
        WebSocketRoute("/echo", echo),
    ],
    middleware=[Middleware(Shield)],
)
client = TestClient(app)


def test_every_answer_carries_an_id_of_its_own() -> None:
    ids = [client.get(path).headers["x-request-id"] for path in ("/hello", "/hello", "/decline", "/crash")]
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    assert len(set(ids)) == 4


def test_a_response_that_is_sent_again_does_not_collect_ids() -> None:
    assert len(client.get("/hello").headers.get_list("x-request-id")) == 1
    assert len(client.get("/hello").headers.get_list("x-request-id")) == 1


@pytest.mark.parametrize("given_id", ["7", "b3:9f_0.a-Z", "019b76da-a800-7d3c-9b1f-2f6b8a1c5e44", "a" * 128])
def test_a_sane_id_is_kept(given_id: str) -> None:
    assert client.get("/hello", headers={"x-request-id": given_id}).headers["x-request-id"] == given_id


@pytest.mark.parametrize("given_id", ["", " ", "-a", "a b", "a" * 129, 'a"b', "a\tb", "<script>", "\xe4"])
def test_any_other_id_is_replaced(given_id: str) -> None:
    answer = client.get("/hello", headers=[(b"x-request-id", given_id.encode("latin-1"))])
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_requests_at_the_same_time_do_not_mix_up_their_ids() -> None:
    told: dict[str, str] = {}

    async def ask(name: str, wait: float) -> None:
        told[name] = await _text(f"/id?wait={wait}", name)

    async with anyio.create_task_group() as tasks:
        for number in range(5):
            tasks.start_soon(ask, f"r{number}", 0.05 - number / 100)
    assert told == {f"r{number}": f"r{number}" for number in range(5)}


async def test_an_id_ends_with_its_request() -> None:
    assert await _text("/id", "r7") == "r7"
    assert REQUEST_ID.get() is None


def test_a_line_that_is_logged_meanwhile_names_the_request() -> None:
    assert add_request_id(None, "info", {"event": "lent"}) == {"event": "lent"}
    before = REQUEST_ID.set("r7")
    try:
        assert add_request_id(None, "info", {"event": "lent"}) == {"event": "lent", "request_id": "r7"}
    finally:
        REQUEST_ID.reset(before)


def test_what_nobody_foresaw_shows_its_id_and_nothing_of_the_inside() -> None:
    with capture_logs() as lines:
        response = client.get("/crash")
    request_id = response.headers["x-request-id"]
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Please report the request_id if it happens again.",
        "error": "Something went wrong here.",
        "code": "internal_error",
        "request_id": request_id,
    }
    (line,) = lines
    error = line.pop("exc_info")
    assert isinstance(error, LookupError)
    assert line == {
        "event": "request_failed",
        "log_level": "error",
        "request_id": request_id,
        "method": "GET",
        "path": "/crash",
    }


def test_a_fault_behind_an_operation_is_logged_by_its_declared_path() -> None:
    with capture_logs() as lines:
        response = TestClient(application(Shelf())).post(
            "/api/loans", json={"bookId": str(DUNE), "readerName": "Crash"}
        )
    assert (response.status_code, "hunter2" in response.text) == (500, False)
    assert [(line["event"], line["path"]) for line in lines] == [("request_failed", "/api/loans")]


def test_a_refusal_is_a_problem_wherever_it_comes_from_and_is_not_logged() -> None:
    with capture_logs() as lines:
        response = client.get("/decline")
    assert (response.status_code, response.json()["code"], lines) == (409, "conflict", [])


def test_an_answer_that_had_begun_ends_there_and_is_logged() -> None:
    with capture_logs() as lines:
        response = client.get("/halfway")
    assert (response.status_code, response.content) == (200, b"one,")
    assert [line["event"] for line in lines] == ["request_failed"]


def test_a_websocket_passes_through() -> None:
    with client.websocket_connect("/echo") as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"


pieces = st.lists(st.binary(max_size=8), min_size=1, max_size=6)


@given(pieces, st.integers(0, 30))
def test_a_body_is_whole_or_too_large(body: list[bytes], limit: int) -> None:
    # How a body is cut into pieces is the network's whim and must make no difference.
    whole = b"".join(body)
    assert anyio.run(_read, body, limit) == (whole if len(whole) <= limit else "too large")
    assert anyio.run(_stream, body, limit) == (whole if len(whole) <= limit else "too large")


async def test_a_length_beyond_the_limit_is_refused_before_the_first_piece() -> None:
    feed = _Feed([b"x" * 9])
    scope = {"type": "http", "headers": [(b"content-length", b"9")]}
    with pytest.raises(BodyTooLarge):
        await read_body(scope, feed, 8)
    with pytest.raises(BodyTooLarge):
        await limited(scope, feed, 8)()
    assert feed.left == [b"x" * 9]


async def test_a_body_that_breaks_off_is_not_taken_for_a_whole_one() -> None:
    with pytest.raises(ClientDisconnect):
        await read_body({"type": "http", "headers": []}, _Feed([]), 8)
    with pytest.raises(ClientDisconnect):
        await read_body({"type": "http", "headers": []}, _Feed([b"{}"], breaks_off=True), 8)


class _Feed:
    """An ASGI `receive` that hands out pieces."""

    def __init__(self, pieces: list[bytes], breaks_off: bool = False) -> None:
        self.left = list(pieces)
        self.breaks_off = breaks_off

    async def __call__(self) -> dict[str, Any]:
        if not self.left:
            return {"type": "http.disconnect"}
        piece = self.left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self.left) or self.breaks_off}


async def _read(body: list[bytes], limit: int) -> bytes | str:
    try:
        return await read_body({"type": "http", "headers": []}, _Feed(body), limit)
    except BodyTooLarge:
        return "too large"


async def _stream(body: list[bytes], limit: int) -> bytes | str:
    scope = {"type": "http", "headers": []}
    try:
        return await Request(scope, limited(scope, _Feed(body), limit)).body()
    except BodyTooLarge:
        return "too large"


async def _text(path: str, request_id: str) -> str:
    sent: list[bytes] = []

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    path, _, query = path.partition("?")
    headers = [(b"x-request-id", request_id.encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
    }
    await app(scope, _Feed([b""]), send)
    return b"".join(sent).decode()
