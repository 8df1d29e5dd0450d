"""How a WhatsApp Business account is connected: Facebook Login for its numbers
(developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from helpdesk_adapters.messaging.meta.login import (
    GRANTED_BY,
    Grant,
    GraphRefused,
    MetaLogin,
    UserToken,
    code_in,
    is_gone,
    text_in,
)
from helpdesk_core.installs import Granted, InstallRefused
from helpdesk_core.integrations import TROUBLE
from helpdesk_core.jobs import GiveUp
from helpdesk_core.ports.messages import OpenAccount

MANAGE, SEND = "whatsapp_business_management", "whatsapp_business_messaging"
WABA: Final = "waba_id"
"""The setting of a number that tells which WhatsApp Business account it belongs to."""
_ID = re.compile(r"[0-9]{1,40}")


@frozen
class WhatsAppInstaller:
    """Connects every number of the WhatsApp Business accounts that somebody lets the desk into."""

    login: MetaLogin

    def target_of(self, query: Mapping[str, str]) -> str:
        return ""

    def ask_url(self, target: str, state: str, back_to: str) -> str:
        return self.login.ask_url((MANAGE, SEND), state, back_to)

    def check_return(self, query: str, target: str, now: datetime) -> str:
        return code_in(query)

    async def exchange(
        self, code: str, target: str, query: Mapping[str, str], back_to: str
    ) -> Sequence[Granted]:
        token = await self.login.token(code, back_to)
        grant = await self.login.grant(token, (MANAGE,))
        accounts = sorted(one for one in grant.within(MANAGE) or () if _ID.fullmatch(one))
        if not accounts:
            raise InstallRefused("no_account", "No WhatsApp Business account was granted.")
        granted = [number for waba in accounts for number in await self._numbers(waba, token, grant)]
        if not granted:
            raise InstallRefused("no_numbers", "The WhatsApp Business accounts have no number.")
        if all(TROUBLE in one.settings for one in granted):
            raise InstallRefused("not_subscribed", granted[0].settings[TROUBLE])
        return granted

    async def revoke(self, account: OpenAccount, shared: Collection[str]) -> None:
        """Meta sends nothing more of the account, once its last number goes; then the grant goes, if nothing lives
        off it.
        """
        token, waba = account.secrets.get("access_token"), account.settings.get(WABA, "")
        if token is None:
            return
        try:
            if _ID.fullmatch(waba) and WABA not in shared:
                await self.login.call("DELETE", f"{waba}/subscribed_apps", token)
            if account.settings.get(GRANTED_BY) and GRANTED_BY not in shared:
                await self.login.call("DELETE", "me/permissions", token)
        except GraphRefused as refused:
            if not is_gone(refused):
                raise GiveUp(str(refused)) from refused

    async def _numbers(self, waba: str, token: UserToken, grant: Grant) -> list[Granted]:
        fields = "id,display_phone_number,verified_name"
        try:
            numbers = await self.login.every(f"{waba}/phone_numbers", fields, token.text)
        except GraphRefused as refused:
            raise InstallRefused("no_numbers", f"Meta does not tell the numbers: {refused}") from refused
        told = await self._subscribed(waba, token) if numbers else {}
        if SEND not in grant.scopes:
            told[TROUBLE] = f"Meta does not let the desk send: {SEND} was not granted."
        told |= {"token_expires_at": token.until.isoformat(timespec="seconds")} if token.until else {}
        told |= {WABA: waba, GRANTED_BY: grant.user_id}
        return [
            Granted(text_in(one, "id"), _known({**told, **_about(one)}), {"access_token": token.text})
            for one in numbers
            if _ID.fullmatch(text_in(one, "id"))
        ]

    async def _subscribed(self, waba: str, token: UserToken) -> dict[str, str]:
        """What is wrong, where Meta does not let the desk hear what is written to the account."""
        try:
            await self.login.call("POST", f"{waba}/subscribed_apps", token.text)
        except GraphRefused as refused:
            return {TROUBLE: f"Meta does not send its messages: {refused}"}
        return {}


def _about(number: Mapping[str, Any]) -> dict[str, str]:
    return {"phone_number": text_in(number, "display_phone_number"), "name": text_in(number, "verified_name")}


def _known(settings: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in settings.items() if value}
