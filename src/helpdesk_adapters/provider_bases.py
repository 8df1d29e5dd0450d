"""Where the APIs of providers are."""

from collections.abc import Mapping
from typing import Final

PROVIDER_BASES: Final[Mapping[str, str]] = {
    "stripe": "https://api.stripe.com",
    "shopify": "https://{shop}",
    "resend": "https://api.resend.com",
    "twilio": "https://api.twilio.com",
    "telnyx": "https://api.telnyx.com",
    "vonage": "https://api.nexmo.com",
    "messagebird": "https://rest.messagebird.com",
    "slack": "https://slack.com",
    "meta": "https://graph.facebook.com",
    "dialpad": "https://dialpad.com",
    "amazon": "https://sellingpartnerapi-na.amazon.com",
    "amazon_lwa": "https://api.amazon.com",
    "zendesk": "https://{subdomain}.zendesk.com",
    "freshdesk": "https://{domain}",
}
"""Where each provider's API is, unless `HELPDESK_<PROVIDER>_API_BASE` says otherwise."""
