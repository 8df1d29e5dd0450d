"""What the container plugs in for Dialpad."""

from helpdesk_adapters.messaging.dialpad.client import DialpadFiles, DialpadMessages
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FileSource, MessageSender


def sender(settings: Settings, http: OutgoingHttp) -> MessageSender:
    """Sends through Dialpad."""
    base = settings.api_base("dialpad")
    return DialpadMessages(http.trusting(base), base)


def file_source(settings: Settings, http: OutgoingHttp) -> FileSource:
    """Fetches what came by MMS."""
    return DialpadFiles(http, settings.api_base("dialpad"))
