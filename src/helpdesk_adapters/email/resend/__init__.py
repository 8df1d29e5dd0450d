"""Resend: mail that arrives (guide.md), and mail that goes out through its API (client.py)."""

from helpdesk_adapters.email.resend.signing import sign, verify
from helpdesk_adapters.email.resend.translate import email_received, split
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["RESEND", "sign"]

RESEND = WebhookProvider(
    name="resend",
    paths=("/api/webhooks/resend", "/api/webhooks/email"),
    signature_header="svix-signature",
    secret_setting="RESEND_WEBHOOK_SECRET",
    verify=verify,
    split=split,
    events={
        "email.received": email_received,
    },
)
