"""How Twilio says that a message of ours fares (twilio.com/docs/messaging/guides/track-outbound-message-status)."""

from collections.abc import Mapping
from typing import Final

from helpdesk_core.conversations import DeliveryState

STATES: Final[Mapping[str, DeliveryState]] = {
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.QUEUED,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
"""By Twilio's word. Any other means nothing here."""
OPTED_OUT: Final = "21610"

_WORDS: Final[Mapping[str, str]] = {
    OPTED_OUT: "The customer has asked for no more messages.",
    "30003": "The phone is switched off or out of reach.",
    "30004": "The customer's carrier blocks the message.",
    "30005": "The number is not in service.",
    "30006": "The number is a landline, or its carrier takes no messages.",
    "30007": "The customer's carrier filtered the message out.",
    "30008": "The carrier does not say why.",
    "63016": "WhatsApp takes words of one's own only within 24 hours of the customer's last message.",
    "63018": "WhatsApp takes no more messages at the moment.",
}


def reason(code: str, message: str = "") -> str:
    """Why a message failed, for the agent who wrote it: what Twilio says, else what the code means."""
    words = message.strip() or _WORDS.get(code, "")
    return f"{words} (Twilio {code})" if words and code else words or (f"Twilio {code}" if code else "")
