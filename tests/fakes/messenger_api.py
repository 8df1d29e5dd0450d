"""A small Messenger: the part of the Graph API that is about one page's conversations, as far as the desk calls it."""

import hmac
import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import Factory, define, field, frozen

from tests.fakes.http_server import Reply, Request, serving

APP_ID, APP_SECRET = "1020304050607080", "the app secret of the tests"
PAGE, TOKEN = "102938475610293", "EAAB-the-token-of-the-page"
IDA = "7421889034561287"


@frozen
class Sent:
    """A message as the page sent it; `file` is what came along as bytes."""

    mid: str
    told: dict[str, Any]
    file: bytes | None = None

    @property
    def metadata(self) -> str:
        return str(self.told["message"]["metadata"])


@define
class FakeMessenger:
    """What was sent through it, in order.

    `answers` are taken in turn before the usual one; `takes` says whether the messages were taken all the same, and
    `late` how many seconds these answers keep one waiting. While it is `silent` it tells nobody's name.
    """

    base: str = ""
    sent: list[Sent] = Factory(list)
    answers: list[Reply] = Factory(list)
    takes: bool = False
    late: float = 0.0
    silent: bool = False
    names: dict[str, tuple[str, str]] = field(factory=lambda: {IDA: ("Ida", "Lind")})
    asked: list[str] = Factory(list)

    def answer(self, request: Request) -> Reply:
        url = urlsplit(request.target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        path = re.sub(r"^/v[0-9.]+", "", url.path)
        if path.startswith("/_"):
            return self._told(path, request)
        if path.startswith("/files/"):
            return Reply(200, b"\x89PNG\r\n\x1a\n" + b"0" * 40, {"content-type": "image/png"})
        proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), sha256).hexdigest()
        if query.get("access_token") != TOKEN or query.get("appsecret_proof") != proof:
            return refusal(190, "Error validating access token", status=401)
        if request.method == "GET":
            return self._profile(path.strip("/"))
        if path != f"/{PAGE}/messages":
            return refusal(100, f"Unsupported post request to {path}")
        return self._message(request)

    def _message(self, request: Request) -> Reply:
        if self.answers:
            reply = self.answers.pop(0)
            if self.takes:
                self._take(request)
            time.sleep(self.late)
            return reply
        sent = self._take(request)
        told = {"recipient_id": sent.told["recipient"]["id"], "message_id": sent.mid}
        return Reply(200, json.dumps(told).encode())

    def _take(self, request: Request) -> Sent:
        told, file = _read(request)
        sent = Sent(f"m_out{len(self.sent)}", told, file)
        self.sent.append(sent)
        return sent

    def _profile(self, person: str) -> Reply:
        self.asked.append(person)
        if self.silent:
            return Reply(503)
        if person not in self.names:
            return refusal(100, "Object does not exist or missing permissions", subcode=33)
        first, last = self.names[person]
        return Reply(200, json.dumps({"first_name": first, "last_name": last, "id": person}).encode())

    def _told(self, path: str, request: Request) -> Reply:
        """For a test in another process: what was sent, and what the next answers are to be."""
        if path == "/_sent":
            return Reply(200, json.dumps([{"mid": one.mid, **one.told} for one in self.sent]).encode())
        said = json.loads(request.body)
        self.answers = [Reply(one["status"], one["body"].encode(), one["headers"]) for one in said["answers"]]
        self.takes, self.late = said.get("takes", False), said.get("late", 0.0)
        return Reply(200, b"{}")


def refusal(code: int, message: str, subcode: int | None = None, status: int = 400, **headers: str) -> Reply:
    """An error as the Graph API tells it."""
    error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    error |= {} if subcode is None else {"error_subcode": subcode}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps({"error": error}).encode(), named)


def _read(request: Request) -> tuple[dict[str, Any], bytes | None]:
    kind = request.headers["content-type"]
    if kind == "application/json":
        return json.loads(request.body), None
    form = message_from_bytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + request.body)
    told: dict[str, Any] = {}
    file = None
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if name == "filedata":
            file = bytes(content)
        elif isinstance(name, str):
            text = bytes(content).decode()
            told[name] = json.loads(text) if text.startswith("{") else text
    return told, file


@contextmanager
def fake_messenger() -> Iterator[FakeMessenger]:
    messenger = FakeMessenger()
    with serving(messenger.answer) as port:
        messenger.base = f"http://127.0.0.1:{port}"
        yield messenger


if __name__ == "__main__":
    with fake_messenger() as served:
        sys.stdout.write(served.base + "\n")
        sys.stdout.flush()
        sys.stdin.read()  # until whoever started it closes its end
