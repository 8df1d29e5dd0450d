"""One delivery of Vonage is one event: a message, or how one stands that was sent, from either of its APIs.

The SMS API sends parameters: in the query, as a form, or as JSON, as the account is set. What it signs with changes in
every retry, so it is not kept.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from helpdesk_adapters.messaging.sms.telling import LONGEST_ID
from helpdesk_adapters.web.vendor_json import read_object
from helpdesk_core.charsets import storable
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

MESSAGE: Final = "vonage.message.inbound"
MESSAGE_STATUS: Final = "vonage.message.status"
SMS: Final = "vonage.sms.inbound"
RECEIPT: Final = "vonage.sms.status"
OF_THE_DELIVERY: Final = frozenset({"sig", "nonce", "timestamp"})
MOST_PARAMETERS: Final = 100


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The event, under the message's id and how it stands: each of that is told once."""
    if delivery.method == "POST" and b"message_uuid" in delivery.body:
        told = read_object(delivery.body)
        known_as, status = told.get("message_uuid"), told.get("status")
        kinds = MESSAGE_STATUS, MESSAGE
        raw = delivery.body
    else:
        sms = parameters(delivery)
        known_as, status = sms.get("messageId"), sms.get("status")
        kinds = RECEIPT, SMS
        kept = {name: value for name, value in sorted(sms.items()) if name not in OF_THE_DELIVERY}
        raw = json.dumps(kept).encode()
    if not isinstance(known_as, str) or not known_as.strip() or len(known_as) > LONGEST_ID:
        raise UnreadableDelivery("The delivery names no message.")
    known_as = storable(known_as).strip()
    if isinstance(status, str) and status:
        return (Item(f"vonage:{known_as}:{storable(status)[:LONGEST_ID]}", kinds[0], raw),)
    return (Item(f"vonage:{known_as}", kinds[1], raw),)


def parameters(delivery: Delivery) -> Mapping[str, str]:
    """The parameters of the SMS API, decoded; UnreadableDelivery for all but texts, each with a name of its own."""
    if delivery.method != "POST":
        return _decoded(urlsplit(delivery.url).query)
    if delivery.body.lstrip()[:1] == b"{":
        return {name: _text(value) for name, value in read_object(delivery.body).items()}
    try:
        return _decoded(delivery.body.decode())
    except UnicodeDecodeError as error:
        raise UnreadableDelivery("The form is no text.") from error


def _decoded(query: str) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError as error:
        raise UnreadableDelivery("The parameters cannot be read.") from error
    told = dict(pairs)
    if len(told) < len(pairs):
        raise UnreadableDelivery("A parameter is there twice.")
    return told


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableDelivery("A parameter is no text.")
