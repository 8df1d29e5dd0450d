"""Zendesk's OAuth as far as the desk uses it, over real HTTP: codes with PKCE, tokens in pairs."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

CLIENT, SECRET = "helpdesk_import", "client-secret"


@define
class FakeZendesk:
    """`challenges` are the codes that it has given out, each with the challenge that it was asked for with."""

    base: str = ""
    challenges: dict[str, str] = Factory(dict)
    pairs: dict[str, str] = Factory(dict)
    """Access tokens by the refresh token that they were given with."""
    person: dict[str, Any] = Factory(lambda: {"id": 6100000000000, "role": "admin"})
    calls: list[str] = Factory(list)
    bodies: list[dict[str, Any]] = Factory(list)
    given: int = 0
    lasts: int | None = 172_800
    down: int = 0
    lost: int = 0
    """Answers with tokens that break off on their way."""

    def answer(self, request: Request) -> Reply:
        path = urlsplit(request.target).path
        self.calls.append(f"{request.method} {path}")
        if self.down:
            self.down -= 1
            return _reply(503, {})
        if path == "/oauth/tokens":
            return self._token(json.loads(request.body))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.pairs.values():
            told = {"error": "invalid_token", "error_description": "The access token is invalid."}
            return _reply(401, told)
        if path == "/api/v2/users/me.json":
            return _reply(200, {"user": self.person})
        if (request.method, path) == ("DELETE", "/api/v2/oauth/tokens/current.json"):
            self.pairs = {refresh: known for refresh, known in self.pairs.items() if known != token}
            return Reply(204)
        return _reply(404, {"error": "RecordNotFound"})

    def run_out(self) -> None:
        """The access tokens have come to their end; their refresh tokens have not."""
        self.pairs = {refresh: f"{token} that has run out" for refresh, token in self.pairs.items()}

    def _token(self, body: dict[str, Any]) -> Reply:
        self.bodies.append(body)
        if (body.get("client_id"), body.get("client_secret")) != (CLIENT, SECRET):
            return _reply(401, {"error": "invalid_client"})
        if body["grant_type"] == "refresh_token":
            if self.pairs.pop(body["refresh_token"], None) is None:
                return _reply(400, {"error": "invalid_grant"})
        else:
            digest = sha256(body["code_verifier"].encode()).digest()
            challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
            if self.challenges.pop(body["code"], None) != challenge:
                return _reply(400, {"error": "invalid_grant"})
        self.given += 1
        self.pairs[f"refresh-{self.given}"] = f"access-{self.given}"
        if self.lost:
            self.lost -= 1
            return Reply(502)
        life = {} if self.lasts is None else {"expires_in": self.lasts}
        told = {"access_token": f"access-{self.given}", "refresh_token": f"refresh-{self.given}"}
        return _reply(200, {**told, "token_type": "bearer", "scope": "read", **life})


@contextmanager
def fake_zendesk_login() -> Iterator[FakeZendesk]:
    fake = FakeZendesk()
    with serving(fake.answer) as port:
        fake.base = f"http://127.0.0.1:{port}"
        yield fake


def _reply(status: int, told: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json"})
