"""Resend: mail that arrives (guide.md), and mail that goes out through its API (client.py)."""

from helpdesk_adapters.email.resend import translate
from helpdesk_adapters.email.resend.signing import sign, verify
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["RESEND", "sign"]

RESEND = WebhookProvider(
    name="resend",
    paths=("/api/webhooks/resend", "/api/webhooks/email"),
    signature_header="svix-signature",
    secret_setting="RESEND_WEBHOOK_SECRET",
    verify=verify,
    split=translate.split,
    events={
        "email.received": translate.email_received,
        "email.sent": translate.email_sent,
        "email.delivered": translate.email_delivered,
        "email.delivery_delayed": translate.email_delivery_delayed,
        "email.bounced": translate.email_bounced,
        "email.suppressed": translate.email_suppressed,
        "email.complained": translate.email_complained,
        "email.failed": translate.email_failed,
    },
)
