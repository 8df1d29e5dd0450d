"""How an organization connects its Stripe account (docs.stripe.com/connect/oauth-reference)."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from attrs import field, frozen

from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.errors import MissingSetting
from helpdesk_core.installs import Granted, InstallRefused
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import OpenAccount

CONNECT = "https://connect.stripe.com"
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{1,100}")


@frozen
class StripeConnectInstaller:
    """Asks for a standard account with OAuth; what is kept is its id and the token that calls in its name."""

    http: OutgoingHttp
    client_id: str | None
    secret_key: str | None = field(repr=False)
    base: str = CONNECT

    def target_of(self, query: Mapping[str, str]) -> str:
        return ""

    def ask_url(self, target: str, state: str, back_to: str) -> str:
        if not self.client_id:
            raise MissingSetting("STRIPE_CONNECT_CLIENT_ID", "without it no Stripe account can be connected")
        if not self.secret_key:
            raise MissingSetting("STRIPE_SECRET_KEY", "without it no Stripe account can be connected")
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "scope": "read_write",
            "redirect_uri": back_to,
            "state": state,
        }
        return f"{self.base}/oauth/authorize?{urlencode(query)}"

    def check_return(self, query: str, target: str, now: datetime) -> str:
        code = parse_qs(query).get("code", [""])[0]
        if not code:
            raise InstallRefused("no_code", "Stripe sent no code.")
        return code

    async def exchange(
        self, code: str, target: str, query: Mapping[str, str], back_to: str
    ) -> Sequence[Granted]:
        answer = await self.http.request(
            "POST",
            f"{self.base}/oauth/token",
            {
                "authorization": f"Bearer {self.secret_key}",
                "content-type": "application/x-www-form-urlencoded",
            },
            content=urlencode({"grant_type": "authorization_code", "code": code}).encode(),
        )
        told = answer.json()
        if not answer.ok or not isinstance(told, dict):
            raise InstallRefused("exchange_refused", f"Stripe answered {answer.status}.")
        account, token = told.get("stripe_user_id"), told.get("access_token")
        if not isinstance(account, str) or _ACCOUNT.fullmatch(account) is None:
            raise TryLater("Stripe did not name the account.")
        settings = {"livemode": "true" if told.get("livemode") is True else "false"}
        return [Granted(account, settings, {"access_token": token} if isinstance(token, str) else {})]

    async def revoke(self, account: OpenAccount, shared: Collection[str]) -> None:
        """The account is no longer connected to our platform (docs.stripe.com/connect/oauth-reference)."""
        if not self.client_id or not self.secret_key:
            name = "STRIPE_SECRET_KEY" if self.client_id else "STRIPE_CONNECT_CLIENT_ID"
            raise MissingSetting(name, "without it Stripe cannot be told")
        answer = await self.http.request(
            "POST",
            f"{self.base}/oauth/deauthorize",
            {
                "authorization": f"Bearer {self.secret_key}",
                "content-type": "application/x-www-form-urlencoded",
            },
            content=urlencode({"client_id": self.client_id, "stripe_user_id": account.external_id}).encode(),
        )
        if not answer.ok and "not connected" not in str(object_in(answer.body).get("error_description")):
            raise GiveUp(f"Stripe answered {answer.status}.")
