"""What the container plugs in for WhatsApp."""

from helpdesk_adapters.messaging.meta.graph import Graph
from helpdesk_adapters.messaging.whatsapp.client import WhatsAppMessages
from helpdesk_adapters.messaging.whatsapp.files import WhatsAppFiles
from helpdesk_adapters.messaging.whatsapp.templates import WhatsAppTemplates
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FileSource, MessageSender, TemplateSource


def sender(settings: Settings, http: OutgoingHttp) -> MessageSender:
    """Sends through WhatsApp's Cloud API."""
    return WhatsAppMessages(_graph(settings, http))


def file_source(settings: Settings, http: OutgoingHttp) -> FileSource:
    """Fetches what came with a message."""
    return WhatsAppFiles(_graph(settings, http), http.trusting(settings.api_base("meta")))


def template_source(settings: Settings, http: OutgoingHttp) -> TemplateSource:
    """Knows the approved templates."""
    return WhatsAppTemplates(_graph(settings, http))


def _graph(settings: Settings, http: OutgoingHttp) -> Graph:
    base = settings.api_base("meta")
    return Graph(http.trusting(base), base, settings.whatsapp_app_secret)
