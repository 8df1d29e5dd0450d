"""A small Telnyx: its messages over HTTP, as far as the desk calls them (also a program, see carrier.py)."""

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define

from tests.fakes.carrier import FakeCarrier, Trouble, as_program, running
from tests.fakes.http_server import Reply, Request

KEY = "KEY0123456789"
BLOCKED = Trouble(
    403, '{"errors": [{"code": "40300", "title": "Blocked due to STOP message", "detail": "A block rule."}]}'
)


@define
class FakeTelnyx(FakeCarrier):
    """Telnyx's message resource."""

    def api(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return Reply(401, b'{"errors": [{"code": "10009", "title": "Authentication failed"}]}')
        if (request.method, request.target) != ("POST", "/v2/messages"):
            return Reply(404, b'{"errors": [{"code": "10005", "title": "Resource not found"}]}')
        return self.takes(
            request,
            lambda n: f"40385f64-5717-4562-b3fc-2c963f66a{n:03d}",
            lambda name: {"data": {"id": name, "record_type": "message", "to": [{"status": "queued"}]}},
        )


@contextmanager
def fake_telnyx() -> Iterator[FakeTelnyx]:
    with running(FakeTelnyx()) as telnyx:
        yield telnyx


if __name__ == "__main__":
    as_program(fake_telnyx())
