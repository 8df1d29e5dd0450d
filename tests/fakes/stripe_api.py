"""Stripe's OAuth as far as the desk uses it, over real HTTP (docs.stripe.com/connect/oauth-reference)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

KEY = "sk_test_desk"


@define
class FakeStripe:
    """Codes that it has given out, each good once, with the account that it is for."""

    base: str = ""
    codes: dict[str, str] = Factory(dict)
    requests: list[Request] = Factory(list)
    token: str = "sk_of_{account}"
    left: list[str] = Factory(list)
    """Accounts that our platform was disconnected from."""

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _reply(401, {"error": "invalid_client"})
        form = parse_qs(request.body.decode())
        if urlsplit(request.target).path == "/oauth/deauthorize":
            return self._deauthorized(form["stripe_user_id"][0])
        if urlsplit(request.target).path != "/oauth/token":
            return _reply(404, {"error": "invalid_request"})
        account = self.codes.pop(form["code"][0], None)
        if form["grant_type"] != ["authorization_code"] or account is None:
            return _reply(400, {"error": "invalid_grant"})
        return _reply(
            200,
            {
                "access_token": self.token.replace("{account}", account),
                "refresh_token": "rt_1",
                "livemode": False,
                "token_type": "bearer",
                "scope": "read_write",
                "stripe_user_id": account,
            },
        )

    def _deauthorized(self, account: str) -> Reply:
        if account in self.left:
            told = f"This application is not connected to stripe account {account}."
            return _reply(401, {"error": "invalid_client", "error_description": told})
        self.left.append(account)
        return _reply(200, {"stripe_user_id": account})


@contextmanager
def fake_stripe() -> Iterator[FakeStripe]:
    """One on a port of its own, until the block ends."""
    fake = FakeStripe()
    with serving(fake.answer) as port:
        fake.base = f"http://127.0.0.1:{port}"
        yield fake


def _reply(status: int, told: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"content-type": "application/json"})
