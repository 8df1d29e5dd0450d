"""A Shopify shop as far as the desk uses it, over real HTTP (shopify.dev, "Authorization code grant", Admin API)."""

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
    lost: int = 0
    """So many tokens that it gives never arrive."""
    access_tokens: set[str] = Factory(set)
    subscriptions: dict[str, str] = Factory(dict)
    """Addresses by topic, as its Admin API calls it."""
    refused_topics: dict[str, str] = Factory(dict)
    throttled: int = 0
    before: dict[str, str] = Factory(dict)
    """By access token and refresh token, the refresh token that ends with their first use."""

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        path = urlsplit(request.target).path
        if path.endswith("/graphql.json"):
            return self._graphql(request)
        if not path.endswith("/admin/oauth/access_token"):
            return _reply(404, {"errors": "Not Found"})
        asked = json.loads(request.body)
        if (asked.get("client_id"), asked.get("client_secret")) != (KEY, SECRET):
            return _reply(400, {"error": "invalid_client"})
        if asked.get("grant_type") == "refresh_token":
            if asked["refresh_token"] not in self.refresh_tokens:
                return _reply(400, {"error": "invalid_grant"})
            return self._token(asked["refresh_token"])
        if asked.get("code") not in self.codes:
            return _reply(400, {"error": "invalid_request"})
        self.codes.discard(asked["code"])
        return self._token()

    @property
    def calls(self) -> list[str]:
        """What was called, by the last part of its path."""
        return [urlsplit(request.target).path.rpartition("/")[2] for request in self.requests]

    def _token(self, spent: str | None = None) -> Reply:
        self._uses(spent)
        self.given += 1
        access, refresh = f"shpat_{self.given}", f"shprt_{self.given}"
        self.refresh_tokens.add(refresh)
        self.access_tokens = {access}
        if spent is not None:
            self.before |= {access: spent, refresh: spent}
        if self.lost:
            self.lost -= 1
            return _reply(503, {"error": "the answer is lost"})
        told = {
            "access_token": access,
            "refresh_token": refresh,
            "scope": self.scope,
            **({"expires_in": self.lasts, "refresh_token_expires_in": 7776000} if self.lasts else {}),
        }
        return _reply(200, told)

    def _uses(self, token: str | None) -> None:
        self.refresh_tokens.discard(self.before.pop(token or "", ""))

    def _graphql(self, request: Request) -> Reply:
        token = request.headers.get("x-shopify-access-token", "")
        if token not in self.access_tokens:
            return _reply(401, {"errors": "[API] Invalid API key or access token"})
        self._uses(token)
        if self.throttled:
            self.throttled -= 1
            told = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return _reply(200, {"errors": [told]})
        variables = json.loads(request.body)["variables"]
        topic, uri = variables["topic"], variables["where"]["uri"]
        errors: list[dict[str, Any]] = []
        if topic in self.refused_topics:
            errors = [{"field": ["topic"], "message": self.refused_topics[topic]}]
        elif self.subscriptions.get(topic) == uri:
            errors = [{"field": ["uri"], "message": "Address for this topic has already been taken"}]
        else:
            self.subscriptions[topic] = uri
        made = None if errors else {"id": f"gid://shopify/WebhookSubscription/{len(self.subscriptions)}"}
        body = {"webhookSubscription": made, "userErrors": errors}
        return _reply(200, {"data": {"webhookSubscriptionCreate": body}})


@contextmanager
def fake_shop() -> Iterator[FakeShop]:
    """One on a port of its own, until the block ends; its base stands for every shop."""
    fake = FakeShop()
    with serving(fake.answer) as port:
        fake.base = f"http://127.0.0.1:{port}/{{shop}}"
        yield fake


def _reply(status: int, told: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json"})
