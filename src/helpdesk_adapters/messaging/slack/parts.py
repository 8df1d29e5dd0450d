"""What the container plugs in for Slack."""

from helpdesk_adapters.messaging.slack.announcing import SlackAnnouncer
from helpdesk_adapters.messaging.slack.asking import SlackSource
from helpdesk_adapters.messaging.slack.client import SlackApi
from helpdesk_adapters.messaging.slack.files import SlackFiles
from helpdesk_adapters.messaging.slack.sending import SlackMessages
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import Announcer, FileSource, MessageSender, MessageSource


def sender(settings: Settings, http: OutgoingHttp) -> MessageSender:
    """Posts in Slack."""
    return SlackMessages(_api(settings, http))


def file_source(settings: Settings, http: OutgoingHttp) -> FileSource:
    """Fetches what is attached to posts."""
    return SlackFiles(_api(settings, http))


def message_source(settings: Settings, http: OutgoingHttp) -> MessageSource:
    """Asks for names, threads and shared files."""
    return SlackSource(_api(settings, http))


def announcer(settings: Settings, http: OutgoingHttp) -> Announcer:
    """Tells the staff of new tickets, and whoever asked for one which it became."""
    return SlackAnnouncer(_api(settings, http))


def _api(settings: Settings, http: OutgoingHttp) -> SlackApi:
    base = settings.api_base("slack")
    return SlackApi(http.trusting(base), base)
