"""Slack: messages of channels and direct ones, commands, and tickets told to a channel of the staff (guide.md)."""

from helpdesk_adapters.messaging.slack import interactions, translate
from helpdesk_adapters.messaging.slack.envelope import FORM, FORM_EVENTS, SLASH_COMMAND, answer, split
from helpdesk_adapters.messaging.slack.signing import headers_of, renew, sign, verify
from helpdesk_core.signatures import slack as scheme
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["FORM_EVENTS", "SLACK", "headers_of", "renew", "sign"]

SLACK = WebhookProvider(
    name="slack",
    paths=("/api/webhooks/slack",),
    signature_header=scheme.SIGNATURE,
    secret_setting="SLACK_SIGNING_SECRET",
    verify=verify,
    split=split,
    events={
        "message": translate.message,
        "app_mention": translate.message,
        "message_changed": translate.edited,
        "message_deleted": translate.deleted,
        "file_shared": translate.file_shared,
        "reaction_added": translate.reaction_added,
        "reaction_removed": translate.reaction_removed,
        "app_uninstalled": translate.uninstalled,
        "tokens_revoked": translate.revoked,
        SLASH_COMMAND: interactions.slash_command,
        "shortcut": interactions.shortcut,
        "message_action": interactions.message_action,
        "view_submission": interactions.view_submission,
    },
    answer=answer,
    media=("application/json", FORM),
)
