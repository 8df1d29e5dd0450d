"""What the container plugs in for SMS."""

from helpdesk_adapters.messaging.sms.twilio import TWILIO
from helpdesk_adapters.messaging.sms.twilio.client import TwilioMessages
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.web import OutgoingHttp
from helpdesk_core.ports.messages import MessageSender


def sender(settings: Settings, http: OutgoingHttp) -> MessageSender:
    base = settings.api_base("twilio")
    public = settings.public_url
    return TwilioMessages(
        http.trusting(base),
        settings.twilio_account_sid,
        next(iter(settings.twilio_auth_token), None),
        base,
        public.rstrip("/") + TWILIO.paths[0] if public else None,
    )
