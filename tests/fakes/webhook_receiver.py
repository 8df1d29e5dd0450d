"""Somebody who has subscribed to our webhooks: a real HTTP server that keeps what comes, and answers as it is told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

from attrs import define, field, frozen

from tests.fakes.http_server import Reply, Request, serving


@frozen
class Received:
    """One call."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@define
class Receiver:
    """`answers` are used up first, then `answer` for ever; `slow` is how many seconds each takes."""

    port: int = 0
    received: list[Received] = field(factory=list)
    answers: list[Reply] = field(factory=list)
    answer: Reply = field(factory=lambda: Reply(204))
    slow: float = 0.0
    at_once: int = 0
    most_at_once: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.received]

    def take(self, request: Request) -> Reply:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            sleep(self.slow)
            self.received.append(Received(dict(request.headers), request.body))
            return self.answers.pop(0) if self.answers else self.answer
        finally:
            self.at_once -= 1


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    take: Callable[[Request], Reply] = receiver.take
    with serving(take) as receiver.port:
        yield receiver
