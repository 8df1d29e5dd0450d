"""From what a topic of SNS says of itself to what it means."""

from collections.abc import Sequence

from helpdesk_adapters.commerce.amazon.envelope import AMAZON, head_of
from helpdesk_core.commands import Command, ConfirmTopic, EndTopic
from helpdesk_core.webhooks import UnreadableDelivery


def subscription_confirmation(raw: bytes) -> Sequence[Command]:
    """A topic asks whether the desk wants to hear from it."""
    head = head_of(raw)
    if not head.url:
        raise UnreadableDelivery("SubscriptionConfirmation: no SubscribeURL.")
    return [ConfirmTopic(AMAZON, head.topic, head.at, head.url)]


def unsubscribe_confirmation(raw: bytes) -> Sequence[Command]:
    """A topic sends no more. Its SubscribeURL would undo that, and is never called."""
    head = head_of(raw)
    return [EndTopic(AMAZON, head.topic, head.at)]
