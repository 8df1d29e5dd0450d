"""What the container plugs in for Zendesk."""

from urllib.parse import urlsplit

from helpdesk_adapters.imports.zendesk.oauth import ZendeskInstaller
from helpdesk_adapters.secrets.keys import Keyring
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.tokens import RenewAccount


def installer(settings: Settings, http: OutgoingHttp, keys: Keyring) -> ZendeskInstaller:
    # A base of the operator's own may be anywhere; everybody's Zendesk is on the internet.
    own = settings.api_bases.get("zendesk", "").partition("{")[0].rstrip("/")
    return ZendeskInstaller(
        http.trusting(own) if urlsplit(own).hostname else http,
        settings.zendesk_client_id,
        settings.zendesk_client_secret,
        keys.derive("code verifier")[0],
        settings.api_base("zendesk"),
    )


def renewal(settings: Settings, http: OutgoingHttp, keys: Keyring) -> RenewAccount:
    return installer(settings, http, keys).renew
