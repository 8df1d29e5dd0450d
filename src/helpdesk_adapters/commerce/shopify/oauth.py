"""How a shop is connected: the authorization code grant for offline tokens
(shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from attrs import field, frozen

from helpdesk_adapters.commerce.shopify.shops import shop_of
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.errors import InvalidValue, MissingSetting
from helpdesk_core.installs import Granted, InstallRefused
from helpdesk_core.jobs import TryLater
from helpdesk_core.ports.tokens import TokenRefused
from helpdesk_core.signatures import BadSignature, query_hmac

SCOPES = ("read_customers", "read_orders")
"""What the desk reads; an app may ask for more by SHOPIFY_SCOPES."""


@frozen
class ShopifyInstaller:
    """Asks a shop's owner for an expiring offline token. `base` may hold `{shop}`."""

    http: OutgoingHttp
    key: str | None
    secrets: Sequence[str] = field(repr=False)
    scopes: Sequence[str]
    base: str

    def target_of(self, query: Mapping[str, str]) -> str:
        shop = shop_of(query.get("shop", ""))
        if shop is None:
            raise InvalidValue("shop", "must be a shop such as oak-and-iron.myshopify.com")
        return shop

    def ask_url(self, target: str, state: str, back_to: str) -> str:
        if not self.key:
            raise MissingSetting("SHOPIFY_API_KEY", "without it no shop can be connected")
        if not any(self.secrets):
            raise MissingSetting("SHOPIFY_API_SECRET", "without it no shop can be connected")
        query = {
            "client_id": self.key,
            "scope": ",".join(self.scopes or SCOPES),
            "redirect_uri": back_to,
            "state": state,
        }
        return f"{self.base.format(shop=target)}/admin/oauth/authorize?{urlencode(query)}"

    def check_return(self, query: str, target: str, now: datetime) -> str:
        try:
            query_hmac.verify(query, self.secrets, now)
        except BadSignature as refusal:
            raise InstallRefused("bad_signature", str(refusal)) from refusal
        told = query_hmac.prove(query, self.secrets)
        if shop_of(told.get("shop", "")) != target:
            raise InstallRefused("other_account", "The return is of another shop than was asked for.")
        if not told.get("code"):
            raise InstallRefused("no_code", "Shopify sent no code.")
        return told["code"]

    async def exchange(
        self, code: str, target: str, query: Mapping[str, str], back_to: str
    ) -> Sequence[Granted]:
        told = await self._token(target, {"code": code, "expiring": "1"})
        missing = sorted(set(self.scopes or SCOPES) - _granted(told))
        if missing:
            raise InstallRefused("scope_missing", f"The shop did not grant {', '.join(missing)}.")
        return [Granted(target, *_kept(told, datetime.now(UTC)))]

    async def renew(self, shop: str, refresh_token: str) -> Granted:
        """A fresh token, with the refresh token that takes the place of this one: a RenewAccount."""
        if not self.key or not any(self.secrets):
            raise MissingSetting(
                "SHOPIFY_API_SECRET" if self.key else "SHOPIFY_API_KEY", "without it no token can be renewed"
            )
        told, answer = await self._asked(
            shop, {"grant_type": "refresh_token", "refresh_token": refresh_token}
        )
        if told is not None:
            return Granted(shop, *_kept(told, datetime.now(UTC)))
        if answer.status in _REFUSING:
            raise TokenRefused(_error(answer), "")
        raise TryLater(f"{answer.host} answered {answer.status}, and no token.")

    async def _token(self, shop: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        told, answer = await self._asked(shop, asked)
        if told is None:
            raise InstallRefused("exchange_refused", f"The shop answered {answer.status}, and no token.")
        return told

    async def _asked(self, shop: str, asked: Mapping[str, str]) -> tuple[Mapping[str, Any] | None, Answer]:
        """What the shop told, where that is a token."""
        url = f"{self.base.format(shop=shop)}/admin/oauth/access_token"
        application = {"client_id": self.key, "client_secret": next(iter(self.secrets), "")}
        answer = await self.http.request("POST", url, json={**application, **asked})
        told = object_in(answer.body)
        has_token = answer.ok and isinstance(told.get("access_token"), str) and told["access_token"]
        return (told if has_token else None), answer


_REFUSING = frozenset({400, 401, 403})


def _error(answer: Answer) -> str:
    """The `error` of RFC 6749 §5.2, or the status."""
    code = object_in(answer.body).get("error")
    return one_line(storable(code))[:60] if isinstance(code, str) and code else f"status {answer.status}"


ASSUMED_LIFE = 3600
"""Seconds that a token counts as good for which nothing is said: it may run out all the same."""


def _kept(told: Mapping[str, Any], now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """Settings and secrets. A token without a refresh token does not run out."""
    token, refresh = told["access_token"], told.get("refresh_token")
    if not isinstance(refresh, str) or not refresh:
        return {}, {"access_token": token}
    life = told.get("expires_in")
    seconds = life if isinstance(life, int) and 0 < life < _A_YEAR else ASSUMED_LIFE
    expires_at = (now + timedelta(seconds=seconds)).isoformat(timespec="seconds")
    return {"token_expires_at": expires_at}, {"access_token": token, "refresh_token": refresh}


_A_YEAR = 366 * 86400


def _granted(told: Mapping[str, Any]) -> set[str]:
    """The scopes, with those that others include: whoever may write may read."""
    scopes = {scope.strip() for scope in str(told.get("scope", "")).split(",")}
    return scopes | {scope.replace("write_", "read_", 1) for scope in scopes if scope.startswith("write_")}
