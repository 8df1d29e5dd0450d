"""A small Slack: one workspace with its people, channels and posts, over the Web API as far as the desk calls it.

What is posted through it is listed under `/posts`, `/said` takes what people write, and `/troubles` what the next call
of a method is to be answered, so that it can run in a process of its own (`python -m tests.fakes.slack_api`).
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import cattrs
from attrs import Factory, define, frozen

from tests.fakes.http_server import Reply, Request, serving

TOKEN, TEAM, APP, BOT = "xoxb-of-the-tests", "T02GARDEN1", "A05DESKAPP", "U09DESKBOT"


@frozen
class Trouble:
    """What one call of a method is answered instead; `takes`: what it asks for is done all the same, `late` seconds
    after which it is answered.
    """

    method: str
    status: int = 200
    error: str = ""
    headers: dict[str, str] = Factory(dict)
    takes: bool = False
    late: float = 0.0


@define(repr=False)
class FakeSlack:
    """`posts` by channel, as the API tells them; `calls` in order."""

    base: str = ""
    posts: dict[str, list[dict[str, Any]]] = Factory(dict)
    users: dict[str, dict[str, Any]] = Factory(dict)
    files: dict[str, dict[str, Any]] = Factory(dict)
    contents: dict[str, tuple[str, bytes]] = Factory(dict)
    calls: list[tuple[str, dict[str, Any]]] = Factory(list)
    responses: list[dict[str, Any]] = Factory(list)
    troubles: list[Trouble] = Factory(list)
    clock: float = 0.0
    lock: threading.Lock = Factory(threading.Lock)

    def person(self, id: str, name: str, email: str = "", **more: Any) -> None:
        profile = {"display_name": name, "email": email}
        self.users[id] = {"id": id, "team_id": TEAM, "name": name.lower(), "profile": profile, **more}

    def said(self, channel: str, post: dict[str, Any]) -> None:
        self.posts.setdefault(channel, []).append(post)

    def ours(self, channel: str) -> list[dict[str, Any]]:
        """What the desk has posted there."""
        return [post for post in self.posts.get(channel, []) if post.get("app_id") == APP]

    def count(self, method: str) -> int:
        return sum(1 for called, _ in self.calls if called == method)

    def answer(self, request: Request) -> Reply:
        path = request.target.partition("?")[0]
        if path == "/posts":
            return _json(self.posts)
        if path == "/troubles":
            self.troubles += cattrs.structure(json.loads(request.body), list[Trouble])
            return _json({"ok": True})
        if path == "/said":
            told = json.loads(request.body)
            self.said(told["channel"], told)
            return _json({"ok": True})
        if path == "/respond":
            self.responses.append(json.loads(request.body))
            return Reply(200, b"ok")
        if path.startswith("/upload/"):
            self.contents[path] = ("", request.body)
            return Reply(200, b"OK")
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            if path.startswith("/files/"):
                return Reply(200, b"<!DOCTYPE html><title>Slack</title>", {"content-type": "text/html"})
            return _json({"ok": False, "error": "invalid_auth"})
        if path in self.contents:
            media, content = self.contents[path]
            return Reply(200, content, {"content-type": media})
        return self._called(path.removeprefix("/api/"), request)

    def _called(self, method: str, request: Request) -> Reply:
        if "json" in request.headers.get("content-type", ""):
            told = json.loads(request.body)
        else:
            told = dict(parse_qsl(request.body.decode()))
        with self.lock:
            self.calls.append((method, told))
            trouble = next((one for one in self.troubles if one.method == method), None)
            if trouble is not None:
                self.troubles.remove(trouble)
            done = self._done(method, told) if trouble is None or trouble.takes else {}
        if trouble is None:
            return _json(done)
        time.sleep(trouble.late)
        if trouble.error or trouble.status != 200:
            body = json.dumps({"ok": False, "error": trouble.error}).encode()
            return Reply(trouble.status, body, trouble.headers)
        return _json(done)

    def _done(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "users.info":
                return _found("user", self.users.get(told["user"]), "user_not_found")
            case "files.info":
                return _found("file", self.files.get(told["file"]), "file_not_found")
            case "conversations.open":
                return {"ok": True, "channel": {"id": f"D{told['users'][1:]}"}}
            case "conversations.replies" | "conversations.history":
                return self._listed(told)
            case "chat.postMessage":
                return self._posted(told)
            case "files.getUploadURLExternal":
                file_id = f"F{len(self.contents):09d}"
                return {"ok": True, "upload_url": f"{self.base}/upload/{file_id}", "file_id": file_id}
            case "files.completeUploadExternal":
                shown = {"channel": told["channel_id"], "thread_ts": told.get("thread_ts"), "text": ""}
                self._posted({**shown, "files": told["files"]})
                return {"ok": True, "files": told["files"]}
            case _:
                return {"ok": True}

    def _posted(self, told: dict[str, Any]) -> dict[str, Any]:
        channel = told["channel"]
        if channel == "C404":
            return {"ok": False, "error": "not_in_channel"}
        self.clock = max(self.clock + 0.001, time.time())
        post = {
            "type": "message",
            "ts": f"{self.clock:.6f}",
            "user": BOT,
            "bot_id": "B09DESKBOT",
            "app_id": APP,
            "team": TEAM,
            **{name: told[name] for name in ("text", "thread_ts", "metadata", "files") if told.get(name)},
        }
        self.said(channel, post)
        return {"ok": True, "channel": channel, "ts": post["ts"], "message": post}

    def _listed(self, told: dict[str, Any]) -> dict[str, Any]:
        root, oldest, latest = told.get("ts"), told.get("oldest", "0"), told.get("latest", "9" * 10)
        posts = [
            post
            for post in self.posts.get(told["channel"], [])
            if oldest <= post["ts"] <= latest
            and (root is None or root in (post["ts"], post.get("thread_ts")))
        ]
        return {"ok": True, "messages": sorted(posts, key=lambda post: str(post["ts"])), "has_more": False}


def _found(name: str, found: dict[str, Any] | None, error: str) -> dict[str, Any]:
    return {"ok": True, name: found} if found is not None else {"ok": False, "error": error}


def _json(value: Any) -> Reply:
    return Reply(200, json.dumps(value).encode(), {"content-type": "application/json"})


@contextmanager
def fake_slack() -> Iterator[FakeSlack]:
    slack = FakeSlack()
    slack.person("U03IDA0001", "Ida", "ida@garden.example")
    slack.person("U04JO00002", "Jo")
    with serving(slack.answer) as port:
        slack.base = f"http://127.0.0.1:{port}"
        yield slack


if __name__ == "__main__":
    with fake_slack() as running:
        sys.stdout.write(f"{running.base}\n")
        sys.stdout.flush()
        sys.stdin.read()
