"""Vonage: SMS and MMS by its Messages API, and what its SMS API delivers (guide.md)."""

from helpdesk_adapters.messaging.sms.vonage import translate
from helpdesk_adapters.messaging.sms.vonage.envelope import (
    MESSAGE,
    MESSAGE_STATUS,
    RECEIPT,
    SMS,
    split,
)
from helpdesk_adapters.messaging.sms.vonage.signing import recognise, renew, sign, verify
from helpdesk_core.signatures import digest_jwt
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["VONAGE", "renew", "sign"]

VONAGE = WebhookProvider(
    name="sms",
    vendor="vonage",
    paths=("/api/webhooks/sms",),
    signature_header=digest_jwt.AUTHORIZATION,
    secret_setting="VONAGE_SIGNATURE_SECRET",
    verify=verify,
    split=split,
    events={
        MESSAGE: translate.message,
        MESSAGE_STATUS: translate.message_status,
        SMS: translate.sms_part,
        RECEIPT: translate.receipt,
    },
    recognise=recognise,
    methods=("POST", "GET"),
    media=("application/json", "application/x-www-form-urlencoded"),
    signs_again=True,
)
