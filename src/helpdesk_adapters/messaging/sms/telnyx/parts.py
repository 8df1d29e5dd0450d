"""What the container plugs in for Telnyx."""

from helpdesk_adapters.messaging.sms.files import LinkedFiles
from helpdesk_adapters.messaging.sms.telnyx import TELNYX
from helpdesk_adapters.messaging.sms.telnyx.client import TelnyxMessages
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp


def sender(settings: Settings, http: OutgoingHttp) -> TelnyxMessages:
    """Sends through Telnyx."""
    base, public = settings.api_base("telnyx"), settings.public_url
    webhook = public.rstrip("/") + TELNYX.paths[0] if public else None
    return TelnyxMessages(http.trusting(base), base, webhook)


def file_source(settings: Settings, http: OutgoingHttp) -> LinkedFiles:
    """Fetches what came by MMS."""
    return LinkedFiles(http)
