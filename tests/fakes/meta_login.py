"""Facebook Login and what is granted by it, as far as the desk uses them, over real HTTP."""

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

APP, SECRET = "1134227931892276", "app-secret"


@define
class FakeMeta:
    """One person at Meta. Codes are good once; `lists` are what a path lists, a page of it each."""

    base: str = ""
    codes: set[str] = Factory(set)
    lasts: int | None = None
    long_lasts: int | None = 5_184_000
    application: str = APP
    valid: bool = True
    scopes: list[str] = Factory(list)
    granular: list[dict[str, Any]] = Factory(list)
    lists: dict[str, list[list[dict[str, Any]]]] = Factory(dict)
    no_subscription: dict[str, str] = Factory(dict)
    """By node, in which words its subscription is refused."""
    subscribed: dict[str, str] = Factory(dict)
    """By node, the fields."""
    redirects: list[str] = Factory(list)
    calls: list[str] = Factory(list)
    void: set[str] = Factory(set)
    """Tokens that were taken away."""
    down: int = 0
    busy: int = 0

    def answer(self, request: Request) -> Reply:
        path = "/".join(urlsplit(request.target).path.split("/")[2:])
        query = dict(parse_qsl(urlsplit(request.target).query))
        self.calls.append(f"{request.method} {path}")
        if self.down:
            self.down -= 1
            return _reply(503, {})
        if self.busy:
            self.busy -= 1
            return _reply(400, _error(4, "Application request limit reached"))
        if path == "oauth/access_token":
            return self._token(query)
        if path == "debug_token":
            if query["access_token"] != f"{APP}|{SECRET}":
                return _reply(400, _error(190, "Invalid OAuth access token signature."))
            return self._debugged()
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        proof = hmac.new(SECRET.encode(), token.encode(), sha256).hexdigest()
        if token in self.void or query.get("appsecret_proof") != proof:
            return _reply(400, _error(190, "Error validating access token: it is void."))
        return self._in_the_name_of(token, request.method, path, query)

    def _token(self, query: dict[str, str]) -> Reply:
        if (query.get("client_id"), query.get("client_secret")) != (APP, SECRET):
            return _reply(400, _error(101, "Error validating client secret."))
        if query.get("grant_type") == "fb_exchange_token":
            life = {} if self.long_lasts is None else {"expires_in": self.long_lasts}
            return _reply(200, {"access_token": f"long-{query['fb_exchange_token']}", **life})
        if query.get("code") not in self.codes:
            return _reply(400, _error(100, "This authorization code has been used."))
        self.codes.discard(query["code"])
        self.redirects.append(query["redirect_uri"])
        life = {} if self.lasts is None else {"expires_in": self.lasts}
        return _reply(200, {"access_token": "EAA-user", "token_type": "bearer", **life})

    def _debugged(self) -> Reply:
        told = {"app_id": self.application, "is_valid": self.valid, "user_id": "10150000000000000"}
        return _reply(200, {"data": {**told, "scopes": self.scopes, "granular_scopes": self.granular}})

    def _in_the_name_of(self, token: str, method: str, path: str, query: dict[str, str]) -> Reply:
        node, _, edge = path.partition("/")
        if edge == "subscribed_apps" and method == "POST":
            if node in self.no_subscription:
                return _reply(400, _error(200, self.no_subscription[node]))
            self.subscribed[node] = query.get("subscribed_fields", "")
            return _reply(200, {"success": True})
        if edge == "subscribed_apps" and method == "DELETE":
            self.subscribed.pop(node, None)
            return _reply(200, {"success": True})
        if path == "me/permissions" and method == "DELETE":
            self.void.add(token)
            return _reply(200, {"success": True})
        if path in self.lists:
            place = int(query.get("after", "0"))
            pages = self.lists[path]
            cursors = {"cursors": {"before": str(place), "after": str(place + 1)}}
            more = {"next": "https://evil.example/next"} if place + 1 < len(pages) else {}
            return _reply(200, {"data": pages[place], "paging": {**cursors, **more}})
        return _reply(404, _error(803, "Some of the aliases you requested do not exist"))


@contextmanager
def fake_meta() -> Iterator[FakeMeta]:
    fake = FakeMeta()
    with serving(fake.answer) as port:
        fake.base = f"http://127.0.0.1:{port}"
        yield fake


def _error(code: int, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"}}


def _reply(status: int, told: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json"})
