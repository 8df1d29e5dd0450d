"""What the container plugs in for Stripe Connect."""

from helpdesk_adapters.payments.stripe_connect.oauth import CONNECT, StripeConnectInstaller
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.installs import Installer


def installer(settings: Settings, http: OutgoingHttp) -> Installer:
    base = settings.api_bases.get("stripe", CONNECT)
    return StripeConnectInstaller(
        http.trusting(base), settings.stripe_connect_client_id, settings.stripe_secret_key, base
    )
