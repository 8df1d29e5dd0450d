"""Amazon: notifications of the Selling Partner API, pushed by a topic of Amazon SNS (guide.md)."""

from helpdesk_adapters.commerce.amazon import topics, translate
from helpdesk_adapters.commerce.amazon.envelope import split
from helpdesk_adapters.commerce.amazon.signing import prepare, renew, sign, verify
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["AMAZON", "prepare", "renew", "sign"]

AMAZON = WebhookProvider(
    name="amazon",
    paths=("/api/amazon/webhook",),
    signature_header=None,
    signature_member="Signature",
    secret_setting="AMAZON_SNS_TOPIC_ARNS",
    verify=verify,
    split=split,
    events={
        "ORDER_CHANGE": translate.order_change,
        "MFN_ORDER_STATUS_CHANGE": translate.mfn_order_status_change,
        "RETURN_STATUS_CHANGE": translate.return_status_change,
        "FEED_PROCESSING_FINISHED": translate.feed_processing_finished,
        "SubscriptionConfirmation": topics.subscription_confirmation,
        "UnsubscribeConfirmation": topics.unsubscribe_confirmation,
    },
    others=translate.other,
)
