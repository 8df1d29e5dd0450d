"""What the container plugs in for Stripe."""

from collections.abc import Mapping

from helpdesk_adapters.payments.stripe.client import StripeApi, is_live
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.billing import BillingSource


def billing_sources(settings: Settings, http: OutgoingHttp) -> Mapping[str, BillingSource]:
    key, base = settings.stripe_secret_key, settings.api_base("stripe")
    return {"stripe": StripeApi(http.trusting(base), key, base)} if key else {}


def billing_modes(settings: Settings) -> Mapping[str, bool]:
    mode = is_live(settings.stripe_secret_key or "")
    return {} if mode is None else {"stripe": mode}
