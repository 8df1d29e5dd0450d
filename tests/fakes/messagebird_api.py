"""A small MessageBird: its messages over HTTP, as far as the desk calls them (also a program, see carrier.py)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from attrs import define

from tests.fakes.carrier import FakeCarrier, as_program, running
from tests.fakes.http_server import Reply, Request

KEY = "live_0123456789"


@define
class FakeMessageBird(FakeCarrier):
    """MessageBird's message resource. It has had `others` messages of everybody beside those that it shows."""

    others: int = 0

    def api(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"AccessKey {KEY}":
            return Reply(401, b'{"errors": [{"code": 2, "description": "Request not allowed"}]}')
        target = urlsplit(request.target)
        if target.path != "/messages":
            return Reply(404, b'{"errors": [{"code": 20, "description": "message not found"}]}')
        if request.method == "GET":
            return self._lists(dict(parse_qsl(target.query))["recipient"])
        return self.takes(
            request, lambda n: f"b6aae1b5dfb2427a8f7ea6a717ba3{n:03d}", lambda name: {"id": name}
        )

    def _lists(self, recipient: str) -> Reply:
        items = [
            {"id": name, "reference": told["reference"], "direction": "mt"}
            for name, told in self.sent.items()
            if recipient in [one.removeprefix("+") for one in told["recipients"]]
        ]
        return Reply(200, json.dumps({"items": items, "totalCount": len(items) + self.others}).encode())


@contextmanager
def fake_messagebird() -> Iterator[FakeMessageBird]:
    with running(FakeMessageBird()) as messagebird:
        yield messagebird


if __name__ == "__main__":
    as_program(fake_messagebird())
