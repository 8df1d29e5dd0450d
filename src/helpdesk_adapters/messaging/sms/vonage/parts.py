"""What the container plugs in for Vonage."""

from helpdesk_adapters.messaging.sms.vonage import VONAGE
from helpdesk_adapters.messaging.sms.vonage.client import VonageFiles, VonageMessages
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp


def sender(settings: Settings, http: OutgoingHttp) -> VonageMessages:
    """Sends through Vonage."""
    base, public = settings.api_base("vonage"), settings.public_url
    webhook = public.rstrip("/") + VONAGE.paths[0] if public else None
    return VonageMessages(http.trusting(base), base, webhook)


def file_source(settings: Settings, http: OutgoingHttp) -> VonageFiles:
    """Fetches what came by MMS."""
    base = settings.api_base("vonage")
    return VonageFiles(http.trusting(base), base)
