"""One delivery of Twilio is one event: a message that came, or how one stands that was sent."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from helpdesk_adapters.messaging.sms.telling import LONGEST_ID
from helpdesk_core.charsets import storable
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, Reply, UnreadableDelivery

MESSAGE, STATUS = "message", "status"
NO_ANSWER = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that does nothing. Any other text would be sent to the customer."""
COMING = frozenset({"", "received", "receiving"})
"""Statuses of a message that comes in."""
LONGEST_STATUS = 40
"""Characters of a status; what is longer is none that means anything."""
ACCOUNT, ANSWER = "account", "answer"
"""What the desk names in the address to which Twilio reports: the account, and the answer of ours that it is."""


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The event, under the message's id and how it stands: a status is told once for each.

    Its parameters are those of the address, which is signed too, and of the body, which count more.
    """
    query = urlsplit(delivery.url).query.encode(errors="replace")
    raw = b"&".join(part for part in (query, delivery.body) if part)
    told = parameters(raw)
    sid, status = sid_of(told), status_of(told)
    if status in COMING:
        return (Item(f"twilio:{sid}", MESSAGE, raw),)
    return (Item(f"twilio:{sid}:{status}", STATUS, raw),)


def parameters(raw: bytes) -> Mapping[str, str]:
    """The parameters of a delivery; every text can be stored."""
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=1000)
    except ValueError as error:
        raise UnreadableDelivery("The delivery is no form of text.") from error
    return {storable(name): storable(value) for name, value in pairs}


def sid_of(told: Mapping[str, str]) -> str:
    """Twilio's id of the message, or UnreadableDelivery."""
    sid = told.get("MessageSid") or told.get("SmsSid") or told.get("SmsMessageSid")
    if not sid or len(sid) > LONGEST_ID:
        raise UnreadableDelivery("The delivery names no MessageSid, or one that is longer than any.")
    return sid


def status_of(told: Mapping[str, str]) -> str:
    """How the message stands, in Twilio's word."""
    return (told.get("MessageStatus") or told.get("SmsStatus", "")).strip().lower()[:LONGEST_STATUS]


def reporting_to(address: str, account: str, answer: str) -> str:
    """The address at the desk to which Twilio is to report. It names the answer, so that a report finds it even where
    nobody has noted the id that Twilio gave it.
    """
    return f"{address}?{urlencode({ACCOUNT: account, ANSWER: answer})}"


def answer(delivery: Delivery) -> Reply:
    """What Twilio wants to hear."""
    return Reply(NO_ANSWER, "text/xml")
