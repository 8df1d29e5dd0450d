"""A Shopify shop as far as the desk uses it, over real HTTP (shopify.dev, "Authorization code grant")."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

KEY, SECRET = "app-key", "app-secret"


@define
class FakeShop:
    """Codes that it has given out, each good once, and refresh tokens, each good until its successor was used."""

    base: str = ""
    codes: set[str] = Factory(set)
    scope: str = "read_customers,read_orders"
    requests: list[Request] = Factory(list)
    refresh_tokens: set[str] = Factory(set)
    given: int = 0
    lasts: int | None = 3600

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        if not urlsplit(request.target).path.endswith("/admin/oauth/access_token"):
            return _reply(404, {"errors": "Not Found"})
        asked = json.loads(request.body)
        if (asked.get("client_id"), asked.get("client_secret")) != (KEY, SECRET):
            return _reply(400, {"error": "invalid_client"})
        if asked.get("grant_type") == "refresh_token":
            if asked["refresh_token"] not in self.refresh_tokens:
                return _reply(400, {"error": "invalid_grant"})
            self.refresh_tokens.discard(asked["refresh_token"])
        elif asked.get("code") in self.codes:
            self.codes.discard(asked["code"])
        else:
            return _reply(400, {"error": "invalid_request"})
        return self._token()

    def _token(self) -> Reply:
        self.given += 1
        self.refresh_tokens.add(f"shprt_{self.given}")
        told = {
            "access_token": f"shpat_{self.given}",
            "refresh_token": f"shprt_{self.given}",
            "scope": self.scope,
            **({"expires_in": self.lasts, "refresh_token_expires_in": 7776000} if self.lasts else {}),
        }
        return _reply(200, told)


@contextmanager
def fake_shop() -> Iterator[FakeShop]:
    """One on a port of its own, until the block ends; its base stands for every shop."""
    fake = FakeShop()
    with serving(fake.answer) as port:
        fake.base = f"http://127.0.0.1:{port}/{{shop}}"
        yield fake


def _reply(status: int, told: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json"})
