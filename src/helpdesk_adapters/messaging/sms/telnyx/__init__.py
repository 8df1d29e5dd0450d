"""Telnyx: SMS and MMS by its Messaging API, version 2 (guide.md)."""

from helpdesk_adapters.messaging.sms.telnyx import translate
from helpdesk_adapters.messaging.sms.telnyx.envelope import FINALIZED, RECEIVED, SENT, split
from helpdesk_adapters.messaging.sms.telnyx.signing import pair_of, prepare, recognise, renew, sign, verify
from helpdesk_core.signatures import ed25519
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["TELNYX", "pair_of", "prepare", "renew", "sign"]

TELNYX = WebhookProvider(
    name="sms",
    vendor="telnyx",
    paths=("/api/webhooks/sms",),
    signature_header=ed25519.SIGNATURE,
    secret_setting="TELNYX_PUBLIC_KEY",
    verify=verify,
    split=split,
    events={RECEIVED: translate.received, SENT: translate.status, FINALIZED: translate.status},
    recognise=recognise,
)
