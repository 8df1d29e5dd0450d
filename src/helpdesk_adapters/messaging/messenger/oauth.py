"""How Facebook pages are connected: Facebook Login, and a token of each page that does not run out
(developers.facebook.com/docs/pages-api/getting-started, …/docs/messenger-platform/webhooks).
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
    code_in,
    is_gone,
    text_in,
)
from helpdesk_core.charsets import storable
from helpdesk_core.installs import Granted, InstallRefused
from helpdesk_core.integrations import TROUBLE
from helpdesk_core.jobs import GiveUp
from helpdesk_core.ports.messages import OpenAccount

SHOW, SEND, SUBSCRIBE = "pages_show_list", "pages_messaging", "pages_manage_metadata"
SCOPES: Final = (SHOW, SEND, SUBSCRIBE)
SUBSCRIBED_FIELDS: Final = (
    "messages",
    "messaging_postbacks",
    "message_echoes",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_edits",
    "standby",
)
_ID = re.compile(r"[A-Za-z0-9_]{1,60}")


@frozen
class MessengerInstaller:
    """Connects every page that somebody lets the desk into, and of which they may answer messages."""

    login: MetaLogin

    def target_of(self, query: Mapping[str, str]) -> str:
        return ""

    def ask_url(self, target: str, state: str, back_to: str) -> str:
        return self.login.ask_url(SCOPES, state, back_to)

    def check_return(self, query: str, target: str, now: datetime) -> str:
        return code_in(query)

    async def exchange(
        self, code: str, target: str, query: Mapping[str, str], back_to: str
    ) -> Sequence[Granted]:
        user = await self.login.long_lived(await self.login.token(code, back_to))
        grant = await self.login.grant(user, SCOPES)
        try:
            pages = await self.login.every("me/accounts", "id,name,access_token,tasks", user.text)
        except GraphRefused as refused:
            raise InstallRefused("no_pages", f"Meta does not tell the pages: {refused}") from refused
        granted = [await self._page(page, grant) for page in pages if _is_granted(page, grant)]
        if not granted:
            raise InstallRefused("no_pages", "No page was granted of which messages may be answered.")
        if all(TROUBLE in one.settings for one in granted):
            raise InstallRefused("not_subscribed", granted[0].settings[TROUBLE])
        return granted

    async def revoke(self, account: OpenAccount, shared: Collection[str]) -> None:
        """Meta sends nothing more of the page. What else its manager granted stays: other pages live off it."""
        token = account.secrets.get("access_token")
        if token is None or _ID.fullmatch(account.external_id) is None:
            return
        try:
            await self.login.call("DELETE", f"{account.external_id}/subscribed_apps", token)
        except GraphRefused as refused:
            if not is_gone(refused):
                raise GiveUp(str(refused)) from refused

    async def _page(self, page: Mapping[str, Any], grant: Grant) -> Granted:
        settings = {"name": text_in(page, "name"), GRANTED_BY: grant.user_id}
        token, page_id = storable(page["access_token"]), text_in(page, "id")
        asked = {"subscribed_fields": ",".join(SUBSCRIBED_FIELDS)}
        try:
            await self.login.call("POST", f"{page_id}/subscribed_apps", token, asked)
        except GraphRefused as refused:
            settings[TROUBLE] = f"Meta does not send its messages: {refused}"
        known = {name: value for name, value in settings.items() if value}
        return Granted(page_id, known, {"access_token": token})


def _is_granted(page: Mapping[str, Any], grant: Grant) -> bool:
    within, tasks = grant.within(SEND), page.get("tasks")
    page_id, token = text_in(page, "id"), page.get("access_token")
    return (
        _ID.fullmatch(page_id) is not None
        and isinstance(token, str)
        and bool(token)
        and (within is None or page_id in within)
        and (not isinstance(tasks, list) or "MESSAGING" in tasks or "MANAGE" in tasks)
    )
