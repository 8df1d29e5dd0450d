"""WhatsApp's error codes, as far as an agent can do something about them
(developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes).
"""

from collections.abc import Mapping
from typing import Final

from helpdesk_core.charsets import one_line

SENTENCES: Final[Mapping[int, str]] = {
    130429: "WhatsApp let no more messages of this number through just then.",
    130472: "WhatsApp did not deliver it: the customer is part of one of its experiments.",
    131000: "WhatsApp could not deliver it, and does not say why.",
    131005: "The access token may not do this: connect the account again.",
    131021: "The customer's number is the account's own.",
    131026: "It cannot be delivered: the number has no WhatsApp, an old one, or has not accepted its terms.",
    131042: "WhatsApp wants to be paid first: see to the payment method of the WhatsApp Business Account.",
    131045: "The number of this account is not registered for WhatsApp: connect the account again.",
    131047: "The customer's last message is more than 24 hours old: send an approved template instead.",
    131048: "WhatsApp limits this number, since too many have blocked or reported it.",
    131049: "WhatsApp did not deliver it, so that the customer does not get too many messages of businesses.",
    131050: "The customer has asked WhatsApp for no more marketing messages from this number.",
    131051: "WhatsApp does not take messages of this type.",
    131052: "WhatsApp could not have a file that the customer sent.",
    131053: "WhatsApp does not take this file: its type, or its size.",
    131056: "Too many messages to this customer within a short time.",
    132000: "The template wants another number of variables.",
    132001: "There is no such template in this language, or it is not approved.",
    132005: "The template's text with these variables is too long.",
    132007: "The template breaks WhatsApp's rules.",
    132012: "A variable of the template is not in the form that it wants.",
    132015: "The template is paused, since too many have complained about it.",
    132016: "The template is disabled for good.",
    133010: "The number of this account is not registered for WhatsApp: connect the account again.",
    368: "WhatsApp has blocked this account for a time, for breaking its rules.",
}
"""What each code means."""


def sentence_of(code: int, told: str) -> str:
    """What an agent is shown of this error, with its code."""
    known = SENTENCES.get(code)
    if known is not None:
        return f"{known} (WhatsApp {code})"
    return one_line(f"WhatsApp refuses it: {told or 'it does not say why'} ({code})")[:400]
