"""A small Dialpad: SMS over its API, as far as the desk calls it. Run as a module it is a process of its own."""

import json
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

KEY = "the api key of the tests"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@define
class FakeDialpad:
    """What was sent through it, by id, in order; `answers` are taken in turn before the usual one.

    A message that is to be `lost` is sent, but its answer never comes.
    """

    base: str = ""
    sent: dict[str, dict[str, Any]] = Factory(dict)
    answers: list[Reply] = Factory(list)
    lost: int = 0
    asked: list[Request] = Factory(list)

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return Reply(401, b'{"error": {"code": 401, "message": "Login Required."}}')
        if request.target.startswith("/blob/"):
            return Reply(200, PICTURE, {"content-type": "image/png"})
        if (request.method, request.target) != ("POST", "/api/v2/sms"):
            return Reply(404, b"{}")
        if self.answers:
            return self.answers.pop(0)
        told = json.loads(request.body)
        if "media" in told:
            told["media"] = len(b64decode(told["media"]))
        id_ = str(6120000000000001 + len(self.sent))
        self.sent[id_] = told
        if self.lost:
            self.lost -= 1
            return Reply(200, b"", {"x-nothing": "1"})
        return Reply(200, json.dumps({"id": id_, "message_status": "pending", **told}).encode())


@contextmanager
def fake_dialpad() -> Iterator[FakeDialpad]:
    dialpad = FakeDialpad()
    with serving(dialpad.answer) as port:
        dialpad.base = f"http://127.0.0.1:{port}"
        yield dialpad


def main() -> None:
    """Says its port, and from then on every message that was sent, a line each, until nobody listens any more.

    The first call is told to wait, the second fails, the third is answered late.
    """
    dialpad = FakeDialpad()
    troubles = [Reply(429, b"{}", {"retry-after": "1"}), Reply(503, b"{}")]

    def answer(request: Request) -> Reply:
        if troubles and request.method == "POST":
            return troubles.pop(0)
        reply = dialpad.answer(request)
        time.sleep(0.3)
        if reply.status == 200 and request.method == "POST":
            id_, told = list(dialpad.sent.items())[-1]
            sys.stdout.write(json.dumps({"id": id_, **told}) + "\n")
            sys.stdout.flush()
        return reply

    with serving(answer) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
