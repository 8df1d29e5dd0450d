"""What the container plugs in where accounts of messaging providers are connected by going there."""

from helpdesk_adapters.messaging.messenger.oauth import MessengerInstaller
from helpdesk_adapters.messaging.meta.login import MetaLogin
from helpdesk_adapters.messaging.slack.oauth import SlackInstaller
from helpdesk_adapters.messaging.whatsapp.oauth import WhatsAppInstaller
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp


def slack(settings: Settings, http: OutgoingHttp) -> SlackInstaller:
    base = settings.api_base("slack")
    return SlackInstaller(http.trusting(base), settings.slack_client_id, settings.slack_client_secret, base)


def whatsapp(settings: Settings, http: OutgoingHttp) -> WhatsAppInstaller:
    base, secrets = settings.api_base("meta"), settings.whatsapp_app_secret
    return WhatsAppInstaller(
        MetaLogin(http.trusting(base), "WHATSAPP", settings.whatsapp_app_id, secrets, base)
    )


def messenger(settings: Settings, http: OutgoingHttp) -> MessengerInstaller:
    base, secrets = settings.api_base("meta"), settings.messenger_app_secret
    return MessengerInstaller(
        MetaLogin(http.trusting(base), "MESSENGER", settings.messenger_app_id, secrets, base)
    )
