"""What fakes of carriers of SMS have in common: what was sent through them, their troubles, and orders from afar.

Such a fake can run in a process of its own: it says its address, and takes orders under `/orders`.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from attrs import Factory, define, field, frozen

from tests.fakes.http_server import Reply, Request, serving


@frozen
class Trouble:
    """What one call that sends is answered instead: `takes` the message all the same, `seconds` late."""

    status: int = 500
    body: str = ""
    headers: dict[str, str] = Factory(dict)
    takes: bool = False
    seconds: float = 0.0


LOST = Trouble(502, "<html>Bad Gateway</html>", takes=True)
"""The message is taken, and its sender not told."""
BUSY = Trouble(429, "{}", {"Retry-After": "7"})


@define
class FakeCarrier:
    """What was sent, by the id that it was given, in order; `troubles` are taken in turn by calls that send."""

    base: str = ""
    sent: dict[str, dict[str, Any]] = Factory(dict)
    troubles: list[Trouble] = Factory(list)
    media: dict[str, bytes] = Factory(dict)
    asked: list[Request] = field(factory=list, repr=False)

    def answer(self, request: Request) -> Reply:
        """As the carrier's API does."""
        self.asked.append(request)
        if request.target == "/orders":
            return self._ordered(request)
        return self.media_at(request) or self.api(request)

    def api(self, request: Request) -> Reply:
        """What the carrier's API answers."""
        raise NotImplementedError

    def media_at(self, request: Request) -> Reply | None:
        found = self.media.get(request.target)
        return Reply(200, found) if found is not None else None

    def takes(self, request: Request, named: Callable[[int], str], told: Callable[[str], object]) -> Reply:
        """The message, or the trouble that is next."""
        trouble = self.troubles.pop(0) if self.troubles else None
        name = named(len(self.sent))
        if trouble is None or trouble.takes:
            self.sent[name] = json.loads(request.body)
        if trouble is None:
            return Reply(200, json.dumps(told(name)).encode())
        time.sleep(trouble.seconds)
        return Reply(trouble.status, trouble.body.encode(), trouble.headers)

    def _ordered(self, request: Request) -> Reply:
        """GET tells what was sent, POST adds troubles."""
        if request.method == "POST":
            self.troubles += [Trouble(**one) for one in json.loads(request.body)["troubles"]]
        return Reply(200, json.dumps({"sent": self.sent}).encode())


F = TypeVar("F", bound=FakeCarrier)


@contextmanager
def running(carrier: F) -> Iterator[F]:
    """The fake, until the block ends."""
    with serving(carrier.answer) as port:
        carrier.base = f"http://127.0.0.1:{port}"
        yield carrier


def as_program(carrier: AbstractContextManager[FakeCarrier]) -> None:
    """Runs until its standard input ends."""
    with carrier as fake:
        sys.stdout.write(f"{fake.base}\n")
        sys.stdout.flush()
        sys.stdin.read()
