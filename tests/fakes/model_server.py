"""A server of chat completions that says what it is told to, in whatever pieces: `python -m tests.fakes.model_server`.

It runs in a process of its own, prints its base, and ends when its standard input does. Orders are posted to `/orders`
and taken in turn, one for each question; what was asked, and how many left before the end, is read there.
"""

import asyncio
import json
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal
from urllib.request import ProxyHandler, Request, build_opener

from attrs import Factory, asdict, define, field, frozen

from tests.fakes.processes import fake_process

End = Literal["close", "break", "hang", "repeat"]


@frozen(kw_only=True)
class Order:
    """How one question is answered.

    `parts` (base64) go out one by one with `pause` seconds between them, after `before` seconds. Then the answer is
    closed as it ought to be, breaks in the middle, hangs, or repeats its last part for ever.
    """

    parts: Sequence[str] = ()
    status: int = 200
    headers: Mapping[str, str] = Factory(dict)
    type: str = "text/event-stream"
    before: float = 0.0
    pause: float = 0.0
    end: End = "close"


def says(*texts: str, usage: tuple[int, int] | None = (7, 5), bytes_a_part: int = 0, **how: Any) -> Order:
    """A good answer in these pieces; with `bytes_a_part`, cut without regard to what it holds."""
    told = "".join([event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})])
    pieces = [told, *map(piece, texts)]
    pieces.append(event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
    if usage is not None:
        counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
        pieces.append(event({"choices": [], "usage": counted}))
    pieces.append("data: [DONE]\n\n")
    raw = [text.encode() for text in pieces]
    if bytes_a_part:
        whole = b"".join(raw)
        raw = [whole[at : at + bytes_a_part] for at in range(0, len(whole), bytes_a_part)]
    return sends(*raw, **how)


def sends(*parts: bytes | str, **how: Any) -> Order:
    """These very bytes, part by part."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return Order(parts=[b64encode(part).decode() for part in raw], **how)


def refuses(status: int, body: str = "{}", type: str = "application/json", **headers: str) -> Order:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return sends(body, status=status, type=type, headers=named)


def piece(text: str) -> str:
    return event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})


def event(told: object) -> str:
    return f"data: {json.dumps(told, ensure_ascii=False)}\n\n"


@frozen
class ModelServer:
    """The running server as a test sees it."""

    base: str

    def orders(self, *orders: Order) -> None:
        """How the next questions are answered; what was asked before is forgotten."""
        self._call("POST", {"orders": [asdict(order) for order in orders]})

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Each question: its `headers` (names in lower case) and its `body`."""
        return list(self._call("GET")["asked"])

    @property
    def left(self) -> int:
        """How many went away before the end of their answer."""
        return int(self._call("GET")["left"])

    def _call(self, method: str, body: object = None) -> Any:
        request = Request(f"{self.base}/orders", json.dumps(body).encode() if body else None, method=method)
        with build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """The server in a process of its own, until the block ends."""
    with fake_process("model_server") as (base, process):
        try:
            yield ModelServer(base)
        finally:
            process.terminate()


@define
class _Server:
    orders: list[Order] = field(factory=list)
    asked: list[dict[str, Any]] = field(factory=list)
    left: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._answer(reader, writer):
                pass
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line = (await reader.readline()).split()
        if not line:
            return False
        headers = {}
        while text := (await reader.readline()).decode("latin-1").strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if line[1].endswith(b"/orders"):
            return await self._ordered(body, writer)
        self.asked.append({"target": line[1].decode(), "headers": headers, "body": json.loads(body)})
        order = self.orders.pop(0) if self.orders else says("Hello", ".")
        gone = asyncio.ensure_future(reader.read(1))
        telling = asyncio.ensure_future(_tell(order, writer))
        await asyncio.wait({gone, telling}, return_when=asyncio.FIRST_COMPLETED)
        self.left += not telling.done() or (order.end == "repeat")
        for task in (gone, telling):
            task.cancel()
        with suppress(asyncio.CancelledError, ConnectionError):
            await telling
        return False

    async def _ordered(self, body: bytes, writer: asyncio.StreamWriter) -> bool:
        if body:
            self.orders = [Order(**order) for order in json.loads(body)["orders"]]
            self.asked, self.left = [], 0
        told = json.dumps({"asked": self.asked, "left": self.left}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(told) + told)
        await writer.drain()
        return True


async def _tell(order: Order, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(order.before)
    headers = {"content-type": order.type, "connection": "close", "transfer-encoding": "chunked"}
    lines = [f"{name}: {value}" for name, value in (headers | dict(order.headers)).items()]
    writer.write("\r\n".join([f"HTTP/1.1 {order.status} As ordered", *lines, "", ""]).encode())
    await writer.drain()
    parts = [b64decode(part) for part in order.parts]
    for part in parts:
        await _send(part, order.pause, writer)
    while order.end == "repeat":
        await _send(parts[-1], order.pause, writer)
    if order.end == "hang":
        await asyncio.Event().wait()
    writer.write(b"0\r\n\r\n" if order.end == "close" else b"40\r\nhalf a ch")
    await writer.drain()


async def _send(part: bytes, pause: float, writer: asyncio.StreamWriter) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(part), part))
    await writer.drain()
    await asyncio.sleep(pause)


async def _main() -> None:
    server = await asyncio.start_server(_Server().serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    sys.stdout.write(f"http://{host}:{port}/v1\n")
    sys.stdout.flush()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(_main())
