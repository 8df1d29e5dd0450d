"""What the container plugs in for Messenger."""

from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.messaging.messenger.client import MessengerFiles, MessengerMessages, MessengerNames
from helpdesk_adapters.messaging.messenger.graph import PageApi
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FileSource, MessageSender, SenderNames


def sender(settings: Settings, http: OutgoingHttp) -> MessageSender:
    return MessengerMessages(_api(settings, http), system_clock)


def names(settings: Settings, http: OutgoingHttp) -> SenderNames:
    return MessengerNames(_api(settings, http), system_clock)


def file_source(settings: Settings, http: OutgoingHttp) -> FileSource:
    base = settings.api_base("meta")
    return MessengerFiles(http.trusting(base), base)


def _api(settings: Settings, http: OutgoingHttp) -> PageApi:
    base = settings.api_base("meta")
    return PageApi(http.trusting(base), settings.messenger_app_secret, base)
