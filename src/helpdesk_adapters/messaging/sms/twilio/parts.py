"""Twilio's client and its files, made from the settings."""

from helpdesk_adapters.messaging.sms.twilio import TWILIO
from helpdesk_adapters.messaging.sms.twilio.access import Access
from helpdesk_adapters.messaging.sms.twilio.client import TwilioMessages
from helpdesk_adapters.messaging.sms.twilio.files import TwilioFiles
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp


def sender(settings: Settings, http: OutgoingHttp) -> TwilioMessages:
    """Sends through Twilio."""
    public = settings.public_url
    return TwilioMessages(
        http.trusting(settings.api_base("twilio")),
        settings.api_base("twilio"),
        _access(settings),
        public.rstrip("/") + TWILIO.paths[0] if public else None,
    )


def file_source(settings: Settings, http: OutgoingHttp) -> TwilioFiles:
    """Fetches what came by MMS."""
    base = settings.api_base("twilio")
    return TwilioFiles(http.trusting(base), base, _access(settings))


def _access(settings: Settings) -> Access:
    return Access(settings.twilio_account_sid, next(iter(settings.twilio_auth_token), None))
