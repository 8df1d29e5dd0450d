"""How somebody lets the desk into what they manage at Meta: Facebook Login, its tokens, and what these are good for
(developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow, …/docs/graph-api/reference/debug_token).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from attrs import field, frozen

from helpdesk_adapters.messaging.meta.graph import CROWDED, PASSING, VERSION, cursor_in, proof_of
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.errors import MissingSetting
from helpdesk_core.installs import InstallRefused
from helpdesk_core.jobs import TryLater

DIALOG: Final = "https://www.facebook.com"
MOST_PAGES: Final = 50
"""Pages of a list of what somebody manages, a hundred to a page."""
GRANTED_BY: Final = "granted_by"
"""The setting of an account that tells which of Meta's users let the desk in: all that one granted goes together."""
SHORT: Final = timedelta(days=7)
"""A token that lives no longer is exchanged for one that does."""
_AGAIN: Final = CROWDED | PASSING | {368}
"""368: what somebody does is suspect to Meta for the moment."""


@frozen
class UserToken:
    """A token of whoever agreed; `until` is None where it does not run out by itself."""

    text: str = field(repr=False)
    until: datetime | None = None


@frozen
class Grant:
    """What a token is good for: each scope that was given, with the ids it is limited to; None: to none."""

    user_id: str
    scopes: Mapping[str, frozenset[str] | None]

    def within(self, scope: str) -> frozenset[str] | None:
        return self.scopes.get(scope)


class GraphRefused(Exception):
    """Meta's answer to a call is no; the message is in its words."""


@frozen
class MetaLogin:
    """One of our applications with Meta. `name` begins its settings: WHATSAPP, MESSENGER."""

    http: OutgoingHttp
    name: str
    app_id: str | None
    secrets: Sequence[str] = field(repr=False)
    base: str

    def ask_url(self, scopes: Sequence[str], state: str, back_to: str) -> str:
        """The dialog's address. MissingSetting where no application is configured."""
        if not self.app_id:
            raise MissingSetting(f"{self.name}_APP_ID", "without it no account can be connected")
        if not any(self.secrets):
            raise MissingSetting(f"{self.name}_APP_SECRET", "without it no account can be connected")
        query = {
            "client_id": self.app_id,
            "redirect_uri": back_to,
            "state": state,
            "response_type": "code",
            "scope": ",".join(scopes),
        }
        return f"{DIALOG}/{VERSION}/dialog/oauth?{urlencode(query)}"

    async def token(self, code: str, back_to: str) -> UserToken:
        """The token that a code stands for, and where that is a short-lived one, the one of about 60 days for it."""
        token = await self._token({"redirect_uri": back_to, "code": code})
        if token.until is not None and token.until < datetime.now(UTC) + SHORT:
            return await self._token({"grant_type": "fb_exchange_token", "fb_exchange_token": token.text})
        return token

    async def long_lived(self, token: UserToken) -> UserToken:
        """The token of about 60 days for this one; tokens of pages that are had by it do not run out."""
        return await self._token({"grant_type": "fb_exchange_token", "fb_exchange_token": token.text})

    async def grant(self, token: UserToken, needed: Sequence[str]) -> Grant:
        """What the token is good for. InstallRefused where it is another application's, void, or lacks a scope."""
        asked = {"input_token": token.text, "access_token": f"{self.app_id}|{self._secret}"}
        told = object_in((await self._asked("GET", "debug_token", asked)).body).get("data")
        data = told if isinstance(told, dict) else {}
        if str(data.get("app_id")) != self.app_id:
            raise InstallRefused("other_application", "The token is of another application.")
        if data.get("is_valid") is not True:
            raise InstallRefused("exchange_refused", "Meta says that the token is not valid.")
        grant = Grant(str(data.get("user_id") or ""), _scopes(data))
        missing = [scope for scope in needed if scope not in grant.scopes]
        if missing:
            raise InstallRefused("scope_missing", f"Not granted: {', '.join(missing)}.")
        return grant

    async def every(self, path: str, fields: str, token: str) -> Sequence[Mapping[str, Any]]:
        """All that a list holds, page by page. Only the cursor of a next page is believed, never its address."""
        found: list[Mapping[str, Any]] = []
        after: str | None = None
        for _ in range(MOST_PAGES):
            asked = {"fields": fields, "limit": "100", **({"after": after} if after else {})}
            told = object_in((await self.call("GET", path, token, asked)).body)
            items = told.get("data")
            found += [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
            following = cursor_in(told)
            if following is None or following == after:
                return found
            after = following
        raise InstallRefused("too_many_accounts", f"More than {MOST_PAGES} pages of accounts were granted.")

    async def call(
        self, method: str, path: str, token: str, asked: Mapping[str, str] | None = None
    ) -> Answer:
        """One call in the name of whoever the token is of. Raises GraphRefused, TryLater, GiveUp."""
        asked = {**(asked or {}), "appsecret_proof": proof_of(token, self._secret)}
        return await self._asked(method, path, asked, {"authorization": f"Bearer {token}"})

    @property
    def _secret(self) -> str:
        if not any(self.secrets):
            raise MissingSetting(f"{self.name}_APP_SECRET", "without it Meta cannot be called")
        return next(secret for secret in self.secrets if secret)

    async def _token(self, asked: Mapping[str, str]) -> UserToken:
        application = {"client_id": self.app_id or "", "client_secret": self._secret}
        try:
            told = object_in((await self._asked("GET", "oauth/access_token", {**application, **asked})).body)
        except GraphRefused as refused:
            raise InstallRefused("exchange_refused", f"Meta gave no token: {refused}") from refused
        token, life = told.get("access_token"), told.get("expires_in")
        if not isinstance(token, str) or not token:
            raise InstallRefused("exchange_refused", "Meta gave no token.")
        if not isinstance(life, int) or not 0 < life < _TEN_YEARS:
            return UserToken(token)
        return UserToken(token, datetime.now(UTC) + timedelta(seconds=life))

    async def _asked(
        self, method: str, path: str, asked: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        url = f"{self.base.rstrip('/')}/{VERSION}/{path}?{urlencode(asked)}"
        answer = await self.http.request(method, url, headers)
        if answer.ok:
            return answer
        error = object_in(answer.body).get("error")
        told = error if isinstance(error, dict) else {}
        words = one_line(storable(str(told.get("message") or f"status {answer.status}")))[:200]
        if told.get("code") in _AGAIN or told.get("is_transient") is True:
            raise TryLater(f"Meta answers: {words}")
        raise GraphRefused(words)


def code_in(query: str) -> str:
    """The code of a return; Meta signs nothing of it, so that the state is what makes it believed."""
    code = parse_qs(query).get("code", [""])[0]
    if not code:
        raise InstallRefused("no_code", "Meta sent no code.")
    return code


def text_in(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return one_line(storable(value))[:200] if isinstance(value, str) else ""


def is_gone(error: BaseException) -> bool:
    """Whether Meta refuses because there is nothing left to take away: the token is void already."""
    return isinstance(error, GraphRefused) and "access token" in str(error).lower()


_TEN_YEARS = 10 * 366 * 86400


def _scopes(data: Mapping[str, Any]) -> dict[str, frozenset[str] | None]:
    plain, granular = data.get("scopes"), data.get("granular_scopes")
    scopes: dict[str, frozenset[str] | None] = {}
    for name in plain if isinstance(plain, list) else ():
        if isinstance(name, str):
            scopes[name] = None
    for one in granular if isinstance(granular, list) else ():
        if isinstance(one, dict) and isinstance(one.get("scope"), str):
            targets = one.get("target_ids")
            ids = [str(target) for target in targets] if isinstance(targets, list) else []
            scopes[one["scope"]] = frozenset(ids) or None
    return scopes
