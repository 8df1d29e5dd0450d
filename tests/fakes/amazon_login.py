"""Login with Amazon as far as the desk uses it, over real HTTP (RFC 6749; developer-docs.amazon.com/sp-api)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

CLIENT, SECRET = "amzn1.application-oa2-client.desk", "client-secret"


@define
class FakeLogin:
    """Codes that it has given out, each good once, and the refresh tokens that are good."""

    base: str = ""
    codes: set[str] = Factory(set)
    refresh_tokens: set[str] = Factory(set)
    forms: list[dict[str, str]] = Factory(list)
    given: int = 0
    down: bool = False

    def answer(self, request: Request) -> Reply:
        if self.down:
            return _reply(503, {})
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        self.forms.append(form)
        if urlsplit(request.target).path != "/auth/o2/token":
            return _reply(404, {"error": "invalid_request"})
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return _reply(401, {"error": "invalid_client"})
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refresh_tokens:
                return _reply(400, {"error": "invalid_grant", "error_description": "The token was revoked."})
            return self._granted(form["refresh_token"])
        if form["code"] not in self.codes:
            return _reply(400, {"error": "invalid_grant", "error_description": "The code was used."})
        self.codes.discard(form["code"])
        self.given += 1
        return self._granted(f"Atzr|{self.given}")

    def _granted(self, refresh_token: str) -> Reply:
        self.refresh_tokens.add(refresh_token)
        told = {"access_token": "Atza|1", "token_type": "bearer", "expires_in": 3600}
        return _reply(200, {**told, "refresh_token": refresh_token})


@contextmanager
def fake_login() -> Iterator[FakeLogin]:
    """One on a port of its own, until the block ends."""
    fake = FakeLogin()
    with serving(fake.answer) as port:
        fake.base = f"http://127.0.0.1:{port}"
        yield fake


def _reply(status: int, told: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json"})
