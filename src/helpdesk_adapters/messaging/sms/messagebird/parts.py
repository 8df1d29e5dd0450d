"""What the container plugs in for MessageBird."""

from helpdesk_adapters.messaging.sms.files import LinkedFiles
from helpdesk_adapters.messaging.sms.messagebird import MESSAGEBIRD
from helpdesk_adapters.messaging.sms.messagebird.client import MessageBirdMessages
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp


def sender(settings: Settings, http: OutgoingHttp) -> MessageBirdMessages:
    """Sends through MessageBird."""
    base, public = settings.api_base("messagebird"), settings.public_url
    webhook = public.rstrip("/") + MESSAGEBIRD.paths[0] if public else None
    return MessageBirdMessages(http.trusting(base), base, webhook)


def file_source(settings: Settings, http: OutgoingHttp) -> LinkedFiles:
    """Fetches what came by MMS."""
    return LinkedFiles(http)
