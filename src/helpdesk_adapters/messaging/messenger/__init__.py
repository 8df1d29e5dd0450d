"""Facebook Messenger: what people write to pages, and what pages answer (guide.md)."""

from helpdesk_adapters.messaging.messenger import translate
from helpdesk_adapters.messaging.messenger.envelope import (
    DELIVERIES,
    ECHOES,
    EDITS,
    MESSAGES,
    POSTBACKS,
    REACTIONS,
    READS,
    STANDBY,
    renew,
    split,
)
from helpdesk_adapters.messaging.meta.signing import HEADER, sign, verify
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["MESSENGER", "renew", "sign"]

MESSENGER = WebhookProvider(
    name="messenger",
    paths=("/api/webhooks/messenger",),
    signature_header=HEADER,
    secret_setting="MESSENGER_APP_SECRET",
    verify=verify,
    split=split,
    events={
        MESSAGES: translate.translated,
        ECHOES: translate.translated,
        POSTBACKS: translate.translated,
        EDITS: translate.translated,
        REACTIONS: translate.translated,
        DELIVERIES: translate.translated,
        READS: translate.translated,
        STANDBY: translate.translated,
    },
)
