"""How a seller is connected: the website workflow of the Selling Partner API, and Login with Amazon
(developer-docs.amazon.com/sp-api/docs/website-authorization-workflow).

Amazon signs nothing of a return; what makes it believed is the state, and the code, which Amazon takes once.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from attrs import field, frozen

from helpdesk_adapters.commerce.amazon.marketplaces import SELLER_CENTRAL
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.errors import InvalidValue, MissingSetting
from helpdesk_core.installs import Granted, InstallRefused

TOKEN_PATH = "/auth/o2/token"
_SELLER = re.compile(r"[A-Za-z0-9]{1,64}")


@frozen
class AmazonInstaller:
    """Asks a seller at the Seller Central of a marketplace; what is kept is a refresh token for the whole region."""

    http: OutgoingHttp
    application_id: str | None
    client_id: str | None
    client_secret: str | None = field(repr=False)
    base: str

    def target_of(self, query: Mapping[str, str]) -> str:
        marketplace = query.get("marketplace", "")
        if marketplace not in SELLER_CENTRAL:
            raise InvalidValue("marketplace", "must be the id of a marketplace, such as ATVPDKIKX0DER")
        return marketplace

    def ask_url(self, target: str, state: str, back_to: str) -> str:
        needed = {
            "AMAZON_APPLICATION_ID": self.application_id,
            "AMAZON_CLIENT_ID": self.client_id,
            "AMAZON_CLIENT_SECRET": self.client_secret,
        }
        for name, value in needed.items():
            if not value:
                raise MissingSetting(name, "without it no Amazon seller can be connected")
        query = {"application_id": self.application_id, "state": state, "redirect_uri": back_to}
        return f"https://{SELLER_CENTRAL[target]}/apps/authorize/consent?{urlencode(query)}"

    def check_return(self, query: str, target: str, now: datetime) -> str:
        told = parse_qs(query)
        code, seller = told.get("spapi_oauth_code", [""])[0], told.get("selling_partner_id", [""])[0]
        if not code:
            raise InstallRefused("no_code", "Amazon sent no code.")
        if _SELLER.fullmatch(seller) is None:
            raise InstallRefused("no_account", "Amazon did not name the seller.")
        return code

    async def exchange(
        self, code: str, target: str, query: Mapping[str, str], back_to: str
    ) -> Sequence[Granted]:
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": back_to}
        told = await self._token(asked)
        refresh = told.get("refresh_token")
        if not isinstance(refresh, str) or not refresh:
            raise InstallRefused("exchange_refused", "Amazon gave no refresh token.")
        return [Granted(query["selling_partner_id"], {"marketplace": target}, {"refresh_token": refresh})]

    async def _token(self, asked: Mapping[str, str]) -> Mapping[str, Any]:
        form = {**asked, "client_id": self.client_id, "client_secret": self.client_secret}
        answer = await self.http.request(
            "POST",
            self.base + TOKEN_PATH,
            {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
            content=urlencode(form).encode(),
        )
        told = object_in(answer.body)
        if not answer.ok or not told:
            raise InstallRefused("exchange_refused", f"Login with Amazon answered {answer.status}.")
        return told
