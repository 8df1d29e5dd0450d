"""Twilio: SMS and MMS by its Programmable Messaging (guide.md)."""

from helpdesk_adapters.messaging.sms.twilio import translate
from helpdesk_adapters.messaging.sms.twilio.envelope import MESSAGE, STATUS, answer, split
from helpdesk_adapters.messaging.sms.twilio.signing import recognise, renew, sign, verify
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["TWILIO", "renew", "sign"]

TWILIO = WebhookProvider(
    name="sms",
    paths=("/api/webhooks/sms",),
    signature_header="x-twilio-signature",
    secret_setting="TWILIO_AUTH_TOKEN",
    verify=verify,
    split=split,
    events={MESSAGE: translate.message, STATUS: translate.status},
    recognise=recognise,
    answer=answer,
    methods=("POST", "GET"),
    media=("application/x-www-form-urlencoded", "application/json"),
)
