"""Dialpad: calls, and SMS and MMS of its lines (guide.md)."""

from helpdesk_adapters.messaging.dialpad import translate_calls, translate_texts
from helpdesk_adapters.messaging.dialpad.envelope import INBOUND, OUTBOUND, STATES, split
from helpdesk_adapters.messaging.dialpad.signing import renew, sign, verify
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["DIALPAD", "renew", "sign"]

DIALPAD = WebhookProvider(
    name="dialpad",
    paths=("/api/webhooks/dialpad",),
    signature_header=None,
    secret_setting="DIALPAD_WEBHOOK_SECRET",
    verify=verify,
    split=split,
    events={
        **{f"call.{state}": translate_calls.call for state in STATES},
        INBOUND: translate_texts.inbound,
        OUTBOUND: translate_texts.outbound,
    },
    signature_member=".",
    media=("application/jwt", "text/plain", "application/json"),
)
