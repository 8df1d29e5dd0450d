"""One delivery of Twilio is one event: a message that came, or how one stands that was sent."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from helpdesk_core.charsets import storable
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, Reply, UnreadableDelivery

MESSAGE, STATUS = "message", "status"
NO_ANSWER = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that does nothing. Any other text would be sent to the customer."""


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The event, under the message's id and how it stands: a status is told once for each."""
    raw = delivery.body if delivery.method == "POST" else urlsplit(delivery.url).query.encode()
    told = parameters(raw)
    sid = told.get("MessageSid") or told.get("SmsSid") or told.get("SmsMessageSid")
    if not sid:
        raise UnreadableDelivery("The delivery names no MessageSid.")
    status = told.get("MessageStatus")
    if status is None or told.get("SmsStatus") == "received":
        return (Item(f"twilio:{sid}", MESSAGE, raw),)
    return (Item(f"twilio:{sid}:{status}", STATUS, raw),)


def parameters(raw: bytes) -> Mapping[str, str]:
    """The parameters of a delivery; every text can be stored."""
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=1000)
    except ValueError as error:
        raise UnreadableDelivery("The delivery is no form of text.") from error
    return {storable(name): storable(value) for name, value in pairs}


def answer(delivery: Delivery) -> Reply:
    """What Twilio wants to hear."""
    return Reply(NO_ANSWER, "text/xml")
