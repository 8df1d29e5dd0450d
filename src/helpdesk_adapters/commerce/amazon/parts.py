"""What the container plugs in for Amazon."""

from helpdesk_adapters.commerce.amazon import AMAZON
from helpdesk_adapters.commerce.amazon.certificates import Certificates, folder_of
from helpdesk_adapters.commerce.amazon.client import TopicCalls
from helpdesk_adapters.commerce.amazon.oauth import TOKEN_PATH, AmazonInstaller
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_adapters.web.tokens import TokenEndpoints
from helpdesk_core.ids import NewId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.installs import Installer
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store
from helpdesk_core.ports.topics import FetchCertificate
from helpdesk_core.use_cases.accounts.check_sellers import CheckSellers, LoginClient
from helpdesk_core.use_cases.commerce.receive_sns import ReceiveFromTopic
from helpdesk_core.use_cases.webhooks.perform_event import Completion
from helpdesk_core.use_cases.webhooks.receive_webhook import ReceiveWebhook


def receive_from_topic(
    settings: Settings, http: OutgoingHttp, receive: ReceiveWebhook, clock: Clock
) -> ReceiveFromTopic:
    return ReceiveFromTopic(receive, certificates(settings, http, clock), _stand_in(settings))


def certificates(settings: Settings, http: OutgoingHttp, clock: Clock) -> FetchCertificate:
    return Certificates(_trusting(settings, http), folder_of(settings), clock)


def confirmations(settings: Settings, http: OutgoingHttp) -> Completion:
    calls = TopicCalls(_trusting(settings, http), _stand_in(settings))
    return Completion(calls.complete, calls.fall_back)


def installer(settings: Settings, http: OutgoingHttp) -> Installer:
    base = settings.api_base("amazon_lwa")
    return AmazonInstaller(
        http.trusting(base),
        settings.amazon_application_id,
        settings.amazon_client_id,
        settings.amazon_client_secret,
        base,
    )


def check_sellers(
    settings: Settings, http: OutgoingHttp, store: Store, vault: Vault, clock: Clock, new_id: NewId
) -> CheckSellers:
    base, id, secret = (
        settings.api_base("amazon_lwa"),
        settings.amazon_client_id,
        settings.amazon_client_secret,
    )
    client = LoginClient(base + TOKEN_PATH, id, secret) if id and secret else None
    return CheckSellers(AMAZON.name, store, vault, TokenEndpoints(http.trusting(base)), client, clock, new_id)


def _stand_in(settings: Settings) -> str | None:
    """What counts as Amazon's own host beside Amazon's."""
    return settings.api_bases.get("amazon")


def _trusting(settings: Settings, http: OutgoingHttp) -> OutgoingHttp:
    own = _stand_in(settings)
    return http.trusting(own) if own else http
