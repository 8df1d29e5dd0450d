"""From what Vonage sends to what it means (see payloads.py)."""

from collections.abc import Mapping, Sequence
from typing import Final

from helpdesk_adapters.messaging.sms.telling import heard, sms, stands
from helpdesk_adapters.messaging.sms.vonage.payloads import MessagePayload, ReceiptPayload, SmsPayload
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.charsets import one_line
from helpdesk_core.commands import Command, HearPart, Nothing
from helpdesk_core.conversations import DeliveryState
from helpdesk_core.messages import RemoteFile

SOURCE: Final = "vonage"
MOST_PARTS: Final = 255
"""What a concatenated SMS can count to (3GPP TS 23.040 §9.2.3.24.1)."""
STATES: Mapping[str, DeliveryState] = {
    "submitted": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "rejected": DeliveryState.FAILED,
    "undeliverable": DeliveryState.FAILED,
}
"""Of the Messages API."""
RECEIPTS: Mapping[str, DeliveryState] = {
    "accepted": DeliveryState.SENT,
    "buffered": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "expired": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "rejected": DeliveryState.FAILED,
}
"""Of the SMS API."""


def message(raw: bytes) -> Sequence[Command]:
    """A message has come in by the Messages API, whole."""
    told = structured(read_object(raw), MessagePayload)
    media = [one for one in (told.image, told.audio, told.video, told.vcard, told.file) if one and one.url]
    files = [
        RemoteFile(SOURCE, one.url, f"{told.message_uuid}/{number}", filename=one.name)
        for number, one in enumerate(media)
    ]
    text = told.text or "\n".join(one.caption for one in media if one.caption)
    at = moment(told.timestamp)
    return heard(sms(told.to, told.sender, told.message_uuid, at, text, files))


def message_status(raw: bytes) -> Sequence[Command]:
    """How a message of ours stands that left by the Messages API."""
    told = structured(read_object(raw), MessagePayload)
    state = STATES.get(told.status)
    if state is None:
        return [Nothing("It tells of no state that means anything here.")]
    detail = one_line(f"{told.error.detail} ({told.error.type})")[:300] if told.error else ""
    return stands(told.sender, told.message_uuid, state, detail, told.client_ref)


def sms_part(raw: bytes) -> Sequence[Command]:
    """A message has come in by the SMS API, or one part of a long one."""
    told = structured(read_object(raw), SmsPayload)
    part = sms(told.to, told.sender, told.id, moment(told.at), told.text)
    number, total = _number(told.part), _number(told.total)
    if told.concat != "true" or not told.reference or not 1 <= number <= total <= MOST_PARTS or total == 1:
        return heard(part)
    return [HearPart(part, told.reference[:20], number, total)]


def receipt(raw: bytes) -> Sequence[Command]:
    """How a message of ours stands that left by the SMS API."""
    told = structured(read_object(raw), ReceiptPayload)
    state = RECEIPTS.get(told.status)
    if state is None:
        return [Nothing("It tells of no state that means anything here.")]
    detail = f"err-code {told.problem[:20]}" if state is DeliveryState.FAILED and told.problem else ""
    return stands(told.to, told.id, state, detail, told.reference)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
