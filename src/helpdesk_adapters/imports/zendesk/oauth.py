"""How a Zendesk account is connected: the authorization code grant with PKCE, and tokens that are renewed in pairs
(support.zendesk.com/hc/en-us/articles/4408845965210, developer.zendesk.com/api-reference/ticketing/oauth).

A renewal deletes both old tokens there: one process at a time may renew, and keeps what it was given before using it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from attrs import field, frozen

from helpdesk_adapters.imports.zendesk.subdomains import subdomain_of
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.errors import InvalidValue, MissingSetting
from helpdesk_core.installs import Granted, InstallRefused
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.pkce import METHOD, challenge_of, verifier_of
from helpdesk_core.ports.messages import OpenAccount
from helpdesk_core.ports.tokens import TokenRefused

SCOPE: Final = "read"
STAFF: Final = frozenset({"admin", "agent"})
_REFUSING: Final = frozenset({400, 401, 403})


@frozen
class ZendeskInstaller:
    """Asks somebody who works in a Zendesk to let the desk read it. `base` may hold `{subdomain}`."""

    http: OutgoingHttp
    client_id: str | None
    client_secret: str | None = field(repr=False)
    verifier_key: bytes = field(repr=False)
    base: str

    def target_of(self, query: Mapping[str, str]) -> str:
        subdomain = subdomain_of(query.get("subdomain", ""))
        if subdomain is None:
            raise InvalidValue("subdomain", "must be the name before .zendesk.com, such as brightlane")
        return subdomain

    def ask_url(self, target: str, state: str, back_to: str) -> str:
        if not self.client_id:
            raise MissingSetting("ZENDESK_CLIENT_ID", "without it no Zendesk can be connected")
        if not self.client_secret:
            raise MissingSetting("ZENDESK_CLIENT_SECRET", "without it no Zendesk can be connected")
        query = {
            "response_type": "code",
            "redirect_uri": back_to,
            "client_id": self.client_id,
            "scope": SCOPE,
            "state": state,
            "code_challenge": challenge_of(verifier_of(self.verifier_key, state)),
            "code_challenge_method": METHOD,
        }
        return f"{self._at(target)}/oauth/authorizations/new?{urlencode(query)}"

    def check_return(self, query: str, target: str, now: datetime) -> str:
        code = parse_qs(query).get("code", [""])[0]
        if not code:
            raise InstallRefused("no_code", "Zendesk sent no code.")
        return code

    async def exchange(
        self, code: str, target: str, query: Mapping[str, str], back_to: str
    ) -> Sequence[Granted]:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "scope": SCOPE,
            "code_verifier": verifier_of(self.verifier_key, query.get("state", "")),
        }
        told, answer = await self._token(target, asked)
        if told is None:
            raise InstallRefused("exchange_refused", f"Zendesk answered {answer.status}, and no token.")
        await self._check_person(target, told["access_token"])
        return [Granted(target, *_kept(told, datetime.now(UTC)))]

    async def renew(self, account: str, refresh_token: str) -> Granted:
        """A fresh pair in the place of the one that this token is of: a RenewAccount."""
        if not self.client_id or not self.client_secret:
            name = "ZENDESK_CLIENT_SECRET" if self.client_id else "ZENDESK_CLIENT_ID"
            raise MissingSetting(name, "without it no token can be renewed")
        asked = {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": SCOPE}
        told, answer = await self._token(account, asked)
        if told is not None:
            return Granted(account, *_kept(told, datetime.now(UTC)))
        if answer.status in _REFUSING:
            raise TokenRefused(_error(answer), "")
        raise TryLater(f"{answer.host} answered {answer.status}, and no token.")

    async def revoke(self, account: OpenAccount, shared: Collection[str]) -> None:
        """The token is deleted there. One that has run out is renewed for it first, so that its refresh token goes."""
        token, refresh = account.secrets.get("access_token"), account.secrets.get("refresh_token")
        if token is None or await self._deleted(account.external_id, token) or refresh is None:
            return
        try:
            granted = await self.renew(account.external_id, refresh)
        except TokenRefused:
            return  # neither of the two is good for anything any more
        await self._deleted(account.external_id, granted.secrets["access_token"])

    async def _deleted(self, account: str, token: str) -> bool:
        """Whether it was; False where Zendesk does not know it (any more)."""
        url = f"{self._at(account)}/api/v2/oauth/tokens/current.json"
        answer = await self.http.request("DELETE", url, {"authorization": f"Bearer {token}"})
        if answer.ok:
            return True
        if answer.status in (401, 404):
            return False
        raise GiveUp(f"{answer.host} answered {answer.status}.")

    async def _check_person(self, subdomain: str, token: str) -> None:
        """A token that is nobody's is answered too, with an anonymous user."""
        url = f"{self._at(subdomain)}/api/v2/users/me.json"
        answer = await self.http.request(
            "GET", url, {"authorization": f"Bearer {token}", "accept": "application/json"}
        )
        if not answer.ok:
            raise InstallRefused("exchange_refused", f"Zendesk answered {answer.status} to its own token.")
        person = object_in(answer.body).get("user")
        known = person if isinstance(person, dict) and person.get("id") is not None else {}
        if known.get("role") not in STAFF:
            raise InstallRefused("not_staff", "Whoever agreed is no agent and no admin of that Zendesk.")

    async def _token(
        self, subdomain: str, asked: Mapping[str, str]
    ) -> tuple[Mapping[str, Any] | None, Answer]:
        """What Zendesk told, where that is a token."""
        application = {"client_id": self.client_id, "client_secret": self.client_secret}
        answer = await self.http.request(
            "POST",
            f"{self._at(subdomain)}/oauth/tokens",
            {"accept": "application/json"},
            json={**asked, **application},
        )
        told = object_in(answer.body)
        has_token = answer.ok and isinstance(told.get("access_token"), str) and told["access_token"]
        return (told if has_token else None), answer

    def _at(self, subdomain: str) -> str:
        return self.base.replace("{subdomain}", subdomain).rstrip("/")


_A_YEAR = 366 * 86400


def _kept(told: Mapping[str, Any], now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """Settings and secrets; a token of which no end is told does not run out."""
    secrets = {"access_token": told["access_token"]}
    refresh, life = told.get("refresh_token"), told.get("expires_in")
    if isinstance(refresh, str) and refresh:
        secrets["refresh_token"] = refresh
    if not isinstance(life, int) or isinstance(life, bool) or not 0 < life < _A_YEAR:
        return {}, secrets
    expires_at = (now + timedelta(seconds=life)).isoformat(timespec="seconds")
    return {"token_expires_at": expires_at}, secrets


def _error(answer: Answer) -> str:
    code = object_in(answer.body).get("error")
    return one_line(storable(code))[:60] if isinstance(code, str) and code else f"status {answer.status}"
