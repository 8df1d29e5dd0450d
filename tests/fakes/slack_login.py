"""Slack's OAuth as far as the desk uses it, over real HTTP (docs.slack.dev/reference/methods/oauth.v2.access)."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from attrs import Factory, define

from tests.fakes.http_server import Reply, Request, serving

CLIENT, SECRET = "1234.5678", "client secret: & more"
INSTALLED: dict[str, Any] = {
    "token_type": "bot",
    "scope": "chat:write,channels:history",
    "bot_user_id": "U0BOT",
    "app_id": "A0DESK",
    "team": {"id": "T0ACME", "name": "Acme"},
    "enterprise": None,
    "is_enterprise_install": False,
}


@define
class FakeSlack:
    """Codes, each good once, and the tokens of bots that are good."""

    base: str = ""
    codes: set[str] = Factory(set)
    told: dict[str, Any] = Factory(lambda: dict(INSTALLED))
    tokens: set[str] = Factory(set)
    forms: list[dict[str, str]] = Factory(list)
    down: int = 0
    refuses: str = ""

    def answer(self, request: Request) -> Reply:
        if self.down:
            self.down -= 1
            return Reply(429, b"", {"retry-after": "30"})
        authorization = request.headers.get("authorization", "")
        path = urlsplit(request.target).path
        if path == "/oauth/v2/authorize":
            return self._agreed(dict(parse_qsl(urlsplit(request.target).query)))
        if path == "/api/oauth.v2.access":
            return self._access(authorization, dict(parse_qsl(request.body.decode())))
        if path == "/api/auth.revoke":
            return self._revoke(authorization.removeprefix("Bearer "))
        return _reply({"ok": False, "error": "unknown_method"})

    def _agreed(self, asked: dict[str, str]) -> Reply:
        """Whoever comes here agrees at once."""
        self.codes.add("code-1")
        back = urlencode({"code": "code-1", "state": asked["state"]})
        return Reply(302, b"", {"location": f"{asked['redirect_uri']}?{back}"})

    def _access(self, authorization: str, form: dict[str, str]) -> Reply:
        self.forms.append(form)
        pair = b64encode(b"1234.5678:client%20secret%3A%20%26%20more").decode()
        if authorization != f"Basic {pair}":
            return _reply({"ok": False, "error": "bad_client_secret"})
        if form.get("code") not in self.codes:
            return _reply({"ok": False, "error": "invalid_code"})
        self.codes.discard(form["code"])
        self.tokens.add("xoxb-1")
        return _reply({"ok": True, "access_token": "xoxb-1", **self.told})

    def _revoke(self, token: str) -> Reply:
        if self.refuses:
            return _reply({"ok": False, "error": self.refuses})
        if token not in self.tokens:
            return _reply({"ok": False, "error": "token_revoked"})
        self.tokens.discard(token)
        return _reply({"ok": True, "revoked": True})


@contextmanager
def fake_slack_login() -> Iterator[FakeSlack]:
    fake = FakeSlack()
    with serving(fake.answer) as port:
        fake.base = f"http://127.0.0.1:{port}"
        yield fake


def _reply(told: dict[str, Any]) -> Reply:
    return Reply(200, json.dumps(told).encode(), {"content-type": "application/json"})
