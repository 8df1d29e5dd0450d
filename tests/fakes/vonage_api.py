"""A small Vonage: its Messages API over HTTP, as far as the desk calls it (also a program, see carrier.py)."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define

from tests.fakes.carrier import FakeCarrier, as_program, running
from tests.fakes.http_server import Reply, Request

KEY, SECRET = "a1b2c3d4", "the secret of the account"


@define
class FakeVonage(FakeCarrier):
    """Vonage's Messages API, and the media that it keeps for the account alone."""

    def api(self, request: Request) -> Reply:
        if not self._is_let_in(request):
            return Reply(
                401, b'{"title": "Unauthorized", "detail": "You did not provide correct credentials."}'
            )
        if (request.method, request.target) != ("POST", "/v1/messages"):
            return Reply(404, b'{"title": "Not found"}')
        return self.takes(
            request,
            lambda n: f"aaaaaaaa-bbbb-4ccc-8ddd-0123456789{n:02d}",
            lambda name: {"message_uuid": name},
        )

    def media_at(self, request: Request) -> Reply | None:
        found = FakeCarrier.media_at(self, request)
        return found if found is None or self._is_let_in(request) else Reply(401)

    def _is_let_in(self, request: Request) -> bool:
        known = b64encode(f"{KEY}:{SECRET}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {known}"


@contextmanager
def fake_vonage() -> Iterator[FakeVonage]:
    with running(FakeVonage()) as vonage:
        yield vonage


if __name__ == "__main__":
    as_program(fake_vonage())
