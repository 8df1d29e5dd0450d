"""How a Slack workspace is connected: OAuth v2 for a bot (docs.slack.dev/authentication/installing-with-oauth)."""

import re
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode

from attrs import field, frozen

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.errors import MissingSetting
from helpdesk_core.installs import Granted, InstallRefused
from helpdesk_core.integrations import TROUBLE
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import OpenAccount

SCOPES: Final = (
    "app_mentions:read",
    "channels:history",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
    "reactions:read",
    "users:read",
    "users:read.email",
)
NEEDED: Final = frozenset({"chat:write"})
"""Without these nothing can be answered; what else is lacking, lacks where it would be used."""
GONE: Final = frozenset({"token_revoked", "invalid_auth", "account_inactive", "not_authed", "token_expired"})
_TEAM = re.compile(r"[TE][A-Z0-9]{1,40}")


@frozen
class SlackInstaller:
    """Asks for a bot of our app in a workspace, or in a whole organization of workspaces (Enterprise Grid)."""

    http: OutgoingHttp
    client_id: str | None
    client_secret: str | None = field(repr=False)
    base: str

    def target_of(self, query: Mapping[str, str]) -> str:
        return ""

    def ask_url(self, target: str, state: str, back_to: str) -> str:
        if not self.client_id:
            raise MissingSetting("SLACK_CLIENT_ID", "without it no Slack workspace can be connected")
        if not self.client_secret:
            raise MissingSetting("SLACK_CLIENT_SECRET", "without it no Slack workspace can be connected")
        query = {
            "client_id": self.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": back_to,
            "state": state,
        }
        return f"{self.base}/oauth/v2/authorize?{urlencode(query)}"

    def check_return(self, query: str, target: str, now: datetime) -> str:
        code = parse_qs(query).get("code", [""])[0]
        if not code:
            raise InstallRefused("no_code", "Slack sent no code.")
        return code

    async def exchange(
        self, code: str, target: str, query: Mapping[str, str], back_to: str
    ) -> Sequence[Granted]:
        form = urlencode({"code": code, "redirect_uri": back_to}).encode()
        told = await self._called("oauth.v2.access", self._application, form)
        if told.get("ok") is not True:
            raise InstallRefused("exchange_refused", f"Slack answered {_error(told)}.")
        token = told.get("access_token")
        if told.get("token_type") not in (None, "bot") or not isinstance(token, str) or not token:
            raise InstallRefused("exchange_refused", "Slack gave no token of a bot.")
        if told.get("refresh_token"):
            raise InstallRefused("token_rotation", "The app's tokens run out after twelve hours.")
        return [_granted(told, token)]

    async def revoke(self, account: OpenAccount, shared: Collection[str]) -> None:
        """The bot's token is void, and with it the bot's place in the workspace."""
        token = account.secrets.get("bot_token")
        if token is None:
            return
        told = await self._called("auth.revoke", f"Bearer {token}", b"")
        if told.get("ok") is not True and told.get("error") not in GONE:
            raise GiveUp(f"Slack answered {_error(told)}.")

    @property
    def _application(self) -> str:
        # RFC 6749 §2.3.1: each half is form-encoded before the two are joined.
        pair = f"{quote(self.client_id or '', safe='')}:{quote(self.client_secret or '', safe='')}"
        return f"Basic {b64encode(pair.encode()).decode()}"

    async def _called(self, method: str, authorization: str, form: bytes) -> Mapping[str, Any]:
        answer = await self.http.request(
            "POST",
            f"{self.base}/api/{method}",
            {"authorization": authorization, "content-type": "application/x-www-form-urlencoded"},
            content=form,
        )
        told = object_in(answer.body)
        if told.get("error") in ("ratelimited", "internal_error", "service_unavailable", "fatal_error"):
            raise TryLater(f"Slack answered {_error(told)}.")
        return told


def _granted(told: Mapping[str, Any], token: str) -> Granted:
    team, enterprise = _object(told, "team"), _object(told, "enterprise")
    whole = told.get("is_enterprise_install") is True
    account = (enterprise if whole else team).get("id")
    if not isinstance(account, str) or _TEAM.fullmatch(account) is None:
        raise InstallRefused("no_account", "Slack did not say which workspace it is.")
    scopes = {scope.strip() for scope in _text(told, "scope", 2000).split(",")}
    missing = ", ".join(sorted(NEEDED - scopes))
    settings = {
        TROUBLE: f"The workspace did not grant {missing}: nothing can be answered there." if missing else "",
        "bot_user_id": _text(told, "bot_user_id"),
        "app_id": _text(told, "app_id"),
        "name": _text(enterprise if whole else team, "name"),
        "enterprise_id": _text(enterprise, "id"),
    }
    known = {name: value for name, value in settings.items() if value}
    return Granted(account, known, {"bot_token": token})


def _object(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = told.get(name)
    return value if isinstance(value, dict) else {}


def _text(told: Mapping[str, Any], name: str, longest: int = 200) -> str:
    value = told.get(name)
    return one_line(storable(value))[:longest] if isinstance(value, str) else ""


def _error(told: Mapping[str, Any]) -> str:
    return _text(told, "error") or "without saying why"
