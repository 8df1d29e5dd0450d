"""Slack's Web API, as far as the desk calls it (api.slack.com/web).

It answers errors with status 200 and `ok: false`; what is to be done about each is said here once.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from attrs import frozen

from helpdesk_adapters.messaging.sending import posted
from helpdesk_adapters.web import Answer, OutgoingHttp
from helpdesk_adapters.web.vendor_json import object_in
from helpdesk_core.charsets import one_line
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.messages import AccountRefused, MayHaveLeft, OpenAccount

TOKEN: Final = "bot_token"
"""The account's secret."""
LOOK_AFTER: Final = timedelta(seconds=10)
"""After so long a post whose answer was lost can be looked up."""

LOCKED_OUT: Final = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "missing_scope",
        "no_permission",
        "org_login_required",
        "ekm_access_denied",
        "team_access_not_granted",
    }
)
BUSY: Final = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"})
"""Nothing was done."""
UNCERTAIN: Final = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""It may have been done."""
EXPLAINED: Final[Mapping[str, str]] = {
    "not_in_channel": "The app is not in that channel: invite it there (/invite).",
    "channel_not_found": "Slack does not know that channel, or the app cannot see it: invite it there (/invite).",
    "is_archived": "That channel is archived: nothing can be posted there any more.",
    "msg_too_long": "The message is too long for Slack.",
    "no_text": "There is nothing in the message that Slack could show.",
    "restricted_action": "An admin of the workspace does not let the app post there.",
    "restricted_action_thread_locked": "The thread is locked: nothing can be posted there any more.",
    "thread_not_found": "The thread is gone: the message that it began with was deleted.",
    "message_not_found": "The message is gone.",
    "cannot_dm_bot": "A program cannot be written to.",
    "user_not_found": "Slack does not know that user.",
    "user_disabled": "That user is deactivated.",
    "messages_tab_disabled": "People cannot be written to directly: switch on the app's Messages Tab (App Home).",
}


class SlackRefused(GiveUp):
    """Slack says no for good; `error` is its own word for why."""

    def __init__(self, error: str) -> None:
        known = EXPLAINED.get(error)
        super().__init__(f"{known} (Slack: {error})" if known else f"Slack refuses: {error}.")
        self.error = error


@frozen
class SlackApi:
    """Calls of the Web API with an account's bot token."""

    http: OutgoingHttp
    base: str

    async def read(self, method: str, account: OpenAccount, **fields: str) -> Mapping[str, Any]:
        """What it tells. Raises AccountRefused, TryLater, SlackRefused."""
        try:
            return await self._called(method, account, urlencode(fields).encode(), _FORM)
        except MayHaveLeft as unknown:
            raise TryLater(str(unknown)) from unknown

    async def post(self, method: str, account: OpenAccount, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """What it answers to what changes something there. Raises as `read`, and MayHaveLeft."""
        return await self._called(method, account, body, _JSON)

    async def upload(self, url: str, content: bytes) -> None:
        """Puts the bytes where the API said. Nothing is shown of them yet, so a lost answer is no harm."""
        self.require_slack(url, "files.slack.com")
        answer = await self.http.request(
            "POST", url, {"content-type": "application/octet-stream"}, content=content
        )
        if not answer.ok:
            raise GiveUp(f"Slack did not take the file (status {answer.status}).")

    async def respond(self, url: str, text: str) -> bool:
        """Tells whoever used a command, where Slack said; whether that can still be told."""
        self.require_slack(url, "hooks.slack.com")
        body = {"response_type": "ephemeral", "text": text}
        answer = await self.http.request("POST", url, json=body)
        return answer.ok

    def require_slack(self, url: str, host: str) -> None:
        """GiveUp for an address that is not that host's of Slack, nor of the API's own origin."""
        target, api = urlsplit(url), urlsplit(self.base)
        own = (target.scheme, target.netloc) == (api.scheme, api.netloc)
        if not own and (target.scheme, target.netloc) != ("https", host):
            raise GiveUp(f"What should be at {host} is said to be elsewhere; it was not called.")

    async def _called(
        self, method: str, account: OpenAccount, body: bytes | Mapping[str, Any], media: str
    ) -> Mapping[str, Any]:
        token = account.secrets.get(TOKEN)
        if not token:
            raise AccountRefused(f"The Slack account {account.external_id} has no {TOKEN}: connect it again.")
        headers = {"authorization": f"Bearer {token}", "content-type": media}
        content = body if isinstance(body, bytes) else None
        json = None if isinstance(body, bytes) else body
        url = f"{self.base.rstrip('/')}/api/{method}"
        return _told(await posted(self.http, url, headers, json=json, content=content, look_after=LOOK_AFTER))


_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json; charset=utf-8"


def _told(answer: Answer) -> Mapping[str, Any]:
    told = object_in(answer.body)
    if told.get("ok") is True:
        return told
    error = one_line(str(told.get("error", "")))[:100] or f"status {answer.status}"
    busy = answer.busy()
    if answer.status == 429 or error in BUSY:
        raise TryLater(f"Slack wants us to wait ({error}).", busy.after if busy else None)
    if error in UNCERTAIN or answer.status >= 500 or not told:
        raise MayHaveLeft(f"Slack answered {error}.", LOOK_AFTER)
    if error in LOCKED_OUT or answer.status in (401, 403):
        raise AccountRefused(f"Slack does not let the app in: {error}.")
    raise SlackRefused(error)
