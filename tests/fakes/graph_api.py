"""A small Graph API: the messages, media and templates of Meta's channels over HTTP, as far as the desk calls them."""

import hashlib
import hmac
import json
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import Factory, define, field

from tests.fakes.http_server import Reply, Request, serving

TOKEN, SECRET = "EAAG the access token of the tests", "6f8a1c0e the application's secret"


def refused(code: int, message: str, status: int = 400, **headers: str) -> Reply:
    """An error as Graph writes it."""
    error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return Reply(status, json.dumps({"error": error}).encode(), headers)


@define
class FakeGraph:
    """What was sent through it, by id, in order; `answers` are taken in turn before the usual one of a message."""

    base: str = ""
    token: str = TOKEN
    secret: str = SECRET
    sent: dict[str, dict[str, Any]] = Factory(dict)
    uploads: dict[str, bytes] = Factory(dict)
    media: dict[str, dict[str, Any]] = Factory(dict)
    contents: dict[str, bytes] = Factory(dict)
    templates: list[dict[str, Any]] = Factory(list)
    answers: list[Reply] = Factory(list)
    late: float = 0.0
    """Seconds that it thinks about a message that it has already taken."""
    script: list[int | str] = field(factory=list)
    """What becomes of the next messages, each in turn: 429, 400, `late`, or `well`."""
    asked: list[str] = field(factory=list)

    def answer(self, request: Request) -> Reply:
        url = urlsplit(request.target)
        if url.path == "/sent":
            return _json(self.sent)
        if url.path == "/script":
            self.script += json.loads(request.body)
            return _json({})
        self.asked.append(url.path)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return refused(190, "Error validating access token: Session has expired.", 401)
        if url.path.startswith("/files/"):
            found = self.contents.get(url.path.removeprefix("/files/"))
            return Reply(200, found) if found is not None else Reply(404, b"<html>gone</html>")
        proof = hmac.new(self.secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        if parse_qs(url.query).get("appsecret_proof") != [proof]:
            return refused(100, "Invalid appsecret_proof provided in the API argument")
        _, version, *path = url.path.split("/")
        if not version.startswith("v"):
            return refused(2500, "Unknown path components")
        if request.method == "POST":
            return self._taken(path, request)
        return self._told(path, parse_qs(url.query))

    def keep(self, media_id: str, content: bytes, mime_type: str, **told: Any) -> None:
        """A file that somebody has sent."""
        self.contents[media_id] = content
        about = {
            "messaging_product": "whatsapp",
            "url": f"{self.base}/files/{media_id}",
            "mime_type": mime_type,
            "sha256": hashlib.sha256(content).hexdigest(),
            "file_size": len(content),
            "id": media_id,
        }
        self.media[media_id] = about | told

    def _taken(self, path: list[str], request: Request) -> Reply:
        if path[1:] == ["media"]:
            media_id = str(1000 + len(self.uploads))
            self.uploads[media_id] = request.body
            return _json({"id": media_id})
        if self.answers:
            return self.answers.pop(0)
        act = self.script.pop(0) if self.script else None
        if act == 429:
            return refused(130429, "Rate limit hit", 429, **{"retry-after": "1"})
        if act == 400:
            return refused(131026, "Message undeliverable")
        body = json.loads(request.body)
        name = f"wamid.{len(self.sent):08d}" if "messaging_product" in body else f"m_{len(self.sent):08d}"
        self.sent[name] = {"by": path[0], **body}
        if self.late or act == "late":
            time.sleep(self.late or 2.0)
        if "messaging_product" in body:
            return _json({"messaging_product": "whatsapp", "messages": [{"id": name}]})
        return _json({"recipient_id": body["recipient"]["id"], "message_id": name})

    def _told(self, path: list[str], query: Mapping[str, list[str]]) -> Reply:
        if path[1:] == ["message_templates"]:
            first = int(query.get("after", ["0"])[0])
            paging = {"cursors": {"after": str(first + 1)}, "next": "https://elsewhere.example/"}
            more = first + 1 < len(self.templates)
            return _json({"data": self.templates[first : first + 1], **({"paging": paging} if more else {})})
        told = self.media.get(path[0])
        if told is None:
            return refused(100, "Unsupported get request. Object with ID does not exist", 400)
        return _json(told)


def base64_digest(content: bytes) -> str:
    """A digest as webhooks write it."""
    return b64encode(hashlib.sha256(content).digest()).decode()


@contextmanager
def fake_graph() -> Iterator[FakeGraph]:
    graph = FakeGraph()
    with serving(graph.answer) as port:
        graph.base = f"http://127.0.0.1:{port}"
        yield graph


def _json(told: object) -> Reply:
    return Reply(200, json.dumps(told).encode(), {"content-type": "application/json"})


def main() -> None:
    """Serves until its standard input ends, and says where."""
    with fake_graph() as graph:
        sys.stdout.write(f"{graph.base}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
