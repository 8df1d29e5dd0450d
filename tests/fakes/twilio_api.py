"""A small Twilio: its message resource over HTTP, as far as the desk calls it."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

ACCOUNT, TOKEN = "ACa1b2c3d4e5f60718293a4b5c6d7e8f90", "the auth token of the tests"


@define
class FakeTwilio:
    """What was sent through it, by sid, in order; `answers` are taken in turn before the usual one."""

    base: str = ""
    sent: dict[str, dict[str, str]] = Factory(dict)
    answers: list[Reply] = Factory(list)

    def answer(self, request: Request) -> Reply:
        known = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {known}":
            return Reply(401, b'{"code": 20003, "message": "Authenticate", "status": 401}')
        if self.answers:
            return self.answers.pop(0)
        sid = f"SM{len(self.sent):032d}"
        self.sent[sid] = dict(parse_qsl(request.body.decode()))
        return Reply(201, json.dumps({"sid": sid, "status": "queued"}).encode())


@contextmanager
def fake_twilio() -> Iterator[FakeTwilio]:
    twilio = FakeTwilio()
    with serving(twilio.answer) as port:
        twilio.base = f"http://127.0.0.1:{port}"
        yield twilio
