"""What the container plugs in for Messenger."""

from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.messenger.client import MessengerFiles, MessengerMessages, MessengerNames
from helpdesk_adapters.messaging.messenger.graph import PageApi
from helpdesk_adapters.messaging.meta.graph import Graph
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FileSource, MessageSender, SenderNames


def sender(settings: Settings, http: OutgoingHttp) -> MessageSender:
    """Sends in the name of a page."""
    return MessengerMessages(_api(settings, http), system_clock)


def sender_names(settings: Settings, http: OutgoingHttp) -> SenderNames:
    """Asks what people call themselves."""
    return MessengerNames(_api(settings, http), system_clock)


def file_source(settings: Settings, http: OutgoingHttp) -> FileSource:
    """Fetches what came with a message."""
    base = settings.api_base("meta")
    return MessengerFiles(http.trusting(base), base)


def _api(settings: Settings, http: OutgoingHttp) -> PageApi:
    base = settings.api_base("meta")
    return PageApi(Graph(http.trusting(base), base, settings.messenger_app_secret, token_in_query=True))
