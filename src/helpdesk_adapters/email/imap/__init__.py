"""Mail that is handed in whole: pushed to `/api/webhooks/inbound-email`, or fetched from a mailbox (guide.md)."""

from helpdesk_adapters.email.imap.signing import renew, sign, verify
from helpdesk_adapters.email.imap.translate import email_received, split
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["INBOUND_EMAIL", "renew", "sign"]

INBOUND_EMAIL = WebhookProvider(
    name="imap",
    paths=("/api/webhooks/inbound-email",),
    signature_header="x-helpdesk-signature",
    secret_setting="HELPDESK_INBOUND_EMAIL_SECRET",
    verify=verify,
    split=split,
    events={
        "email.received": email_received,
    },
)
