"""What the container plugs in for Levy Fleets."""

from helpdesk_adapters.messaging.levy_fleets.images import WebImages
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import FileSource
from helpdesk_core.ports.store import Store
from helpdesk_core.use_cases.fleet.take_fleet_report import NameOrganization, TakePushedReport
from helpdesk_core.use_cases.webhooks.perform_event import Completion, PerformEvent
from helpdesk_core.use_cases.webhooks.receive_webhook import ReceiveWebhook


def file_source(settings: Settings, http: OutgoingHttp) -> FileSource:
    """Fetches the pictures that reports name."""
    return WebImages(http)


def completion(settings: Settings) -> Completion:
    naming = NameOrganization(settings.levy_fleets_organization)
    return Completion(naming.complete, naming.fall_back)


def taking(
    settings: Settings, store: Store, receive: ReceiveWebhook, perform: PerformEvent
) -> TakePushedReport:
    return TakePushedReport(store, receive, perform, settings.levy_fleets_organization)
