"""MessageBird (Bird): SMS by its first REST API (guide.md)."""

from helpdesk_adapters.messaging.sms.messagebird import translate
from helpdesk_adapters.messaging.sms.messagebird.envelope import RECEIVED, STATUS, split
from helpdesk_adapters.messaging.sms.messagebird.signing import recognise, renew, sign, verify
from helpdesk_core.signatures import digest_jwt
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["MESSAGEBIRD", "renew", "sign"]

MESSAGEBIRD = WebhookProvider(
    name="sms",
    vendor="messagebird",
    paths=("/api/webhooks/sms",),
    signature_header=digest_jwt.MESSAGEBIRD,
    secret_setting="MESSAGEBIRD_SIGNING_KEY",
    verify=verify,
    split=split,
    events={RECEIVED: translate.received, STATUS: translate.status},
    recognise=recognise,
    methods=("POST", "GET"),
    media=("application/x-www-form-urlencoded", "application/json"),
)
