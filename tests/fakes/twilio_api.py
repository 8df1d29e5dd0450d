"""A small Twilio: its message resource and its media over HTTP, as far as the desk calls them.

Run as a program (`python -m tests.fakes.twilio_api`) it says its address, and takes orders under `/orders`.
"""

import json
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from fnmatch import fnmatch
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from attrs import Factory, define, field, frozen

from helpdesk_adapters.messaging.sms.twilio import sign
from helpdesk_core.webhooks import Delivery
from tests.fakes.http_server import Reply, Request, serving

ACCOUNT, TOKEN = "ACa1b2c3d4e5f60718293a4b5c6d7e8f90", "the auth token of the tests"
KEY, KEY_SECRET = "SK0123456789abcdef0123456789abcdef", "the secret of the key"


@frozen
class Trouble:
    """What one call is answered instead: `takes` the message all the same, `seconds` late."""

    status: int = 500
    body: str = ""
    headers: dict[str, str] = Factory(dict)
    takes: bool = False
    seconds: float = 0.0

    @classmethod
    def of_code(cls, status: int, code: int, message: str, **headers: str) -> "Trouble":
        """As Twilio tells of errors."""
        return cls(status, json.dumps({"code": code, "message": message, "status": status}), headers)


BUSY = Trouble.of_code(429, 20429, "Too Many Requests", **{"Retry-After": "7"})
OPTED_OUT = Trouble.of_code(400, 21610, "Attempt to send to unsubscribed recipient")
LOST = Trouble(502, "<html>Bad Gateway</html>", takes=True)
"""The message is taken, and its sender not told."""


@define
class FakeTwilio:
    """What was sent through it, by sid, in order; `troubles` are taken in turn by calls that send.

    `media` are what messages bear, by the path at which Twilio has them; a text among them is an address that it sends
    on to. `status` is what it lists of every message. Each of `reports` is told of a message before its sender hears
    that it was taken; then its media are fetched. `answers` and `fetched` are what came of that: statuses, and bytes.
    """

    base: str = ""
    sent: dict[str, dict[str, str]] = Factory(dict)
    media_sent: dict[str, list[str]] = Factory(dict)
    made_at: dict[str, datetime] = Factory(dict)
    status: dict[str, str] = Factory(dict)
    troubles: list[Trouble] = Factory(list)
    media: dict[str, bytes | str] = Factory(dict)
    reports: list[str] = Factory(list)
    answers: list[int] = Factory(list)
    fetched: list[int] = Factory(list)
    asked: list[Request] = field(factory=list, repr=False)
    calls: int = 0

    def answer(self, request: Request) -> Reply:
        """As Twilio's API does."""
        self.asked.append(request)
        path = urlsplit(request.target).path
        if path.startswith("/orders"):
            return self._ordered(request)
        if path.startswith("/cdn/"):
            return self._bytes_at(path)
        if not self._is_let_in(request):
            return Reply(401, b'{"code": 20003, "message": "Authenticate", "status": 401}')
        if "/Media/" in path:
            return self._bytes_at(path)
        if not fnmatch(path, f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"):
            return Reply(404, b'{"code": 20404, "message": "The resource was not found", "status": 404}')
        return self._sends(request) if request.method == "POST" else self._lists(request)

    def _is_let_in(self, request: Request) -> bool:
        pairs = (f"{ACCOUNT}:{TOKEN}", f"{KEY}:{KEY_SECRET}")
        known = {f"Basic {b64encode(pair.encode()).decode()}" for pair in pairs}
        return request.headers.get("authorization") in known

    def _sends(self, request: Request) -> Reply:
        self.calls += 1
        trouble = self.troubles.pop(0) if self.troubles else None
        pairs, sid = parse_qsl(request.body.decode()), f"SM{len(self.sent):032d}"
        if trouble is None or trouble.takes:
            self.sent[sid] = dict(pairs)
            self.media_sent[sid] = [value for name, value in pairs if name == "MediaUrl"]
            self.made_at[sid] = datetime.now(UTC)
            self._reports(sid)
        if trouble is not None:
            time.sleep(trouble.seconds)
            if not trouble.takes or trouble.status != 201:
                return Reply(trouble.status, trouble.body.encode(), trouble.headers)
        return Reply(201, json.dumps({"sid": sid, "status": "queued"}).encode())

    def _reports(self, sid: str) -> None:
        told = self.sent[sid]
        for state in self.reports:
            body = urlencode(
                {"MessageSid": sid, "MessageStatus": state, "From": told["From"], "To": told["To"]}
            )
            delivery = sign(Delivery({}, body.encode(), told["StatusCallback"]), TOKEN, datetime.now(UTC), "")
            answer = httpx2.post(delivery.url, content=delivery.body, headers=dict(delivery.headers))
            self.answers.append(answer.status_code)
        if self.reports:
            self.fetched += [len(httpx2.get(link).content) for link in self.media_sent[sid]]

    def _lists(self, request: Request) -> Reply:
        asked = dict(parse_qsl(urlsplit(request.target).query))
        since = asked.get("DateSent>", "")
        messages = [
            {
                "sid": sid,
                "body": told.get("Body"),
                "direction": "outbound-api",
                "date_created": format_datetime(self.made_at[sid]),
                "num_media": str(len(self.media_sent[sid])),
                "status": self.status.get(sid, "sent"),
            }
            for sid, told in reversed(self.sent.items())
            if (told["To"], told["From"]) == (asked.get("To"), asked.get("From"))
            and f"{self.made_at[sid]:%Y-%m-%d}" >= since
        ]
        return Reply(200, json.dumps({"messages": messages}).encode())

    def _bytes_at(self, path: str) -> Reply:
        found = self.media.get(path)
        if found is None:
            return Reply(404, b'{"code": 20404, "message": "The resource was not found", "status": 404}')
        if isinstance(found, str):
            return Reply(307, b"", {"Location": found})
        return Reply(200, found, {"Content-Type": "application/octet-stream"})

    def _ordered(self, request: Request) -> Reply:
        """What a test in another process wants of it: GET tells what was sent, POST adds troubles and media."""
        if request.method == "POST":
            told = json.loads(request.body)
            self.troubles += [Trouble(**one) for one in told.get("troubles", [])]
            self.reports = told.get("reports", self.reports)
            self.media |= {
                path: text if text.startswith("http") else text.encode("latin-1")
                for path, text in told.get("media", {}).items()
            }
        said = {
            "sent": self.sent,
            "calls": self.calls,
            "answers": self.answers,
            "fetched": self.fetched,
        }
        return Reply(200, json.dumps(said).encode())


@contextmanager
def fake_twilio() -> Iterator[FakeTwilio]:
    twilio = FakeTwilio()
    with serving(twilio.answer) as port:
        twilio.base = f"http://127.0.0.1:{port}"
        yield twilio


if __name__ == "__main__":
    with fake_twilio() as running:
        sys.stdout.write(f"{running.base}\n")
        sys.stdout.flush()
        sys.stdin.read()
