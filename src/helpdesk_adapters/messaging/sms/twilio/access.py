"""By what Twilio lets the desk in: an account's SID with its auth token, or better with an API key (HTTP Basic,
twilio.com/docs/iam/api-keys).
"""

from base64 import b64encode
from collections.abc import Mapping

from attrs import evolve, field, frozen

from helpdesk_core.errors import MissingSetting
from helpdesk_core.ports.messages import OpenAccount


@frozen
class Access:
    """What is known of it; `api_key` and `api_secret` together take the token's place."""

    account_sid: str | None = None
    auth_token: str | None = field(default=None, repr=False)
    api_key: str | None = None
    api_secret: str | None = field(default=None, repr=False)

    def of(self, account: OpenAccount | None) -> "Access":
        """The account's own, where it has one; else the operator's. MissingSetting where something is missing."""
        own = account
        access = self
        if own is not None and own.settings.get("account_sid"):
            access = evolve(access, account_sid=own.settings["account_sid"])
        if own is not None and own.secrets.get("api_key") and own.secrets.get("api_secret"):
            access = evolve(access, api_key=own.secrets["api_key"], api_secret=own.secrets["api_secret"])
        if not access.account_sid:
            raise MissingSetting("TWILIO_ACCOUNT_SID", "nothing can be sent through Twilio, or fetched there")
        if not access.api_secret and not access.auth_token:
            raise MissingSetting("TWILIO_AUTH_TOKEN", "nothing can be sent through Twilio, or fetched there")
        return access

    @property
    def headers(self) -> Mapping[str, str]:
        """The header that lets in."""
        keyed = self.api_key and self.api_secret
        user, word = (self.api_key, self.api_secret) if keyed else (self.account_sid, self.auth_token)
        return {"authorization": f"Basic {b64encode(f'{user}:{word}'.encode()).decode()}"}

    def messages(self, base: str) -> str:
        """The URL of its messages."""
        return f"{base.rstrip('/')}/2010-04-01/Accounts/{self.account_sid}/Messages.json"
