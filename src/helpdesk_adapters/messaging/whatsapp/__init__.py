"""WhatsApp, by Meta's Cloud API (guide.md)."""

from helpdesk_adapters.messaging.meta.signing import HEADER, sign, verify
from helpdesk_adapters.messaging.whatsapp import translate
from helpdesk_adapters.messaging.whatsapp.envelope import (
    ACCOUNT,
    ECHO,
    ERRORS,
    MESSAGE,
    STATUS,
    TEMPLATE,
    split,
)
from helpdesk_adapters.messaging.whatsapp.trial import renew
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["WHATSAPP", "renew", "sign"]

WHATSAPP = WebhookProvider(
    name="whatsapp",
    paths=("/api/webhooks/whatsapp",),
    signature_header=HEADER,
    secret_setting="WHATSAPP_APP_SECRET",
    verify=verify,
    split=split,
    events={
        MESSAGE: translate.message,
        STATUS: translate.status,
        ECHO: translate.echo,
        ERRORS: translate.errors,
        ACCOUNT: translate.account,
        TEMPLATE: translate.template,
    },
)
