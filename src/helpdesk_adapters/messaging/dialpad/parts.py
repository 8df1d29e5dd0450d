"""What the container plugs in for Dialpad."""

from helpdesk_adapters.messaging.dialpad.client import DialpadFiles, DialpadMessages
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FileSource, MessageSender


def sender(settings: Settings, http: OutgoingHttp) -> MessageSender:
    base = settings.api_base("dialpad")
    return DialpadMessages(http.trusting(base), base)


def files(settings: Settings, http: OutgoingHttp) -> FileSource:
    return DialpadFiles(http, settings.api_base("dialpad"))
