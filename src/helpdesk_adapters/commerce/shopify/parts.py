"""What the container plugs in for Shopify."""

from urllib.parse import urlsplit

from helpdesk_adapters.commerce.shopify import SHOPIFY, SUBSCRIBED
from helpdesk_adapters.commerce.shopify.client import ShopifyApi
from helpdesk_adapters.commerce.shopify.diagnostics import ShopifyDiagnostics
from helpdesk_adapters.commerce.shopify.oauth import ShopifyInstaller
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.shops import Subscribe
from helpdesk_core.ports.store import Store
from helpdesk_core.ports.tokens import RenewAccount
from helpdesk_core.use_cases.accounts.fresh_token import FreshToken
from helpdesk_core.use_cases.accounts.register_webhooks import RegisterWebhooks


def installer(settings: Settings, http: OutgoingHttp) -> ShopifyInstaller:
    return ShopifyInstaller(
        _trusting(settings, http),
        settings.shopify_api_key,
        settings.shopify_api_secret,
        settings.shopify_scopes,
        settings.api_base("shopify"),
    )


def renewal(settings: Settings, http: OutgoingHttp) -> RenewAccount:
    return installer(settings, http).renew


def subscribing(settings: Settings, http: OutgoingHttp) -> Subscribe:
    return ShopifyApi(_trusting(settings, http), settings.api_base("shopify")).subscribe


def registration(
    store: Store, fresh: FreshToken, subscribe: Subscribe, settings: Settings
) -> RegisterWebhooks:
    uri = settings.public_url and settings.public_url.rstrip("/") + SHOPIFY.paths[0]
    return RegisterWebhooks(store, fresh, subscribe, SUBSCRIBED, uri)


def diagnostics(settings: Settings, http: OutgoingHttp) -> ShopifyDiagnostics:
    return ShopifyDiagnostics(settings, installer(settings, http))


def _trusting(settings: Settings, http: OutgoingHttp) -> OutgoingHttp:
    """A base of the operator's own may be anywhere; shops are on the internet."""
    own = settings.api_bases.get("shopify", "").partition("{")[0].rstrip("/")
    return http.trusting(own) if urlsplit(own).hostname else http
