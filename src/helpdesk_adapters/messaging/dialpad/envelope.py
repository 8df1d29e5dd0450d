"""One delivery of Dialpad is one event, told apart by the state of the call or message that it is about."""

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from typing import Any, Final

from helpdesk_adapters.web.vendor_json import read_object
from helpdesk_core.charsets import one_line
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

STATES: Final = (
    "calling",
    "preanswer",
    "ringing",
    "queued",
    "connected",
    "hold",
    "parked",
    "merged",
    "takeover",
    "hangup",
    "missed",
    "voicemail",
    "voicemail_uploaded",
    "transcription",
    "call_transcription",
    "recording",
    "admin_recording",
    "recap_summary",
    "recap_action_items",
    "recap_purposes",
    "recap_outcome",
    "postcall",
    "csat",
    "pcsat",
    "dispositions",
)
"""Of a call, as far as they mean something. What supervisors do beside it (monitor, barge, eavesdrop) does not."""
INBOUND, OUTBOUND = "sms.inbound", "sms.outbound"


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The event, kept as the JSON in the token; a retry bears the same id.

    A call's words are told apart by leg, state and time, a message's by its id and how it stands.
    """
    raw = _claims(delivery.body)
    told = read_object(raw)
    leg, state, at = id_of(told.get("call_id")), told.get("state"), told.get("event_timestamp")
    if leg and isinstance(state, str) and state:
        return (Item(_named("call", leg, state, at), one_line(f"call.{state}")[:60], raw),)
    message, way = id_of(told.get("id")), told.get("direction")
    if message and way in ("inbound", "outbound"):
        stands = (told.get("message_status"), told.get("message_delivery_result"))
        return (Item(_named("sms", message, *stands), INBOUND if way == "inbound" else OUTBOUND, raw),)
    if message:
        kind = one_line(str(told.get("event_type") or told.get("type") or "other"))[:60] or "other"
        return (Item(_named("other", message, kind, at), f"other.{kind}", raw),)
    raise UnreadableDelivery("The event names no call and no message.")


def id_of(value: Any) -> str:
    """An id as text: Dialpad writes them as numbers in webhooks, and as text elsewhere. Empty for none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value).strip()
    return text if text.isascii() and text.isalnum() and len(text) <= 64 else ""


def _named(*parts: Any) -> str:
    return one_line(":".join("" if part is None else str(part) for part in parts))[:250]


def _claims(token: bytes) -> bytes:
    """What a proven token says; it is not judged again."""
    parts = token.strip().split(b".")
    if len(parts) != 3:
        raise UnreadableDelivery("The body is no token.")
    try:
        return urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4))
    except ValueError as error:
        raise UnreadableDelivery("The body is no token.") from error
