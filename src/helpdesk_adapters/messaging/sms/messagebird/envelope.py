"""One delivery of MessageBird is one event: a message that came, or how one stands that was sent."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from helpdesk_adapters.messaging.sms.telling import LONGEST_ID
from helpdesk_core.charsets import storable
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

RECEIVED: Final = "messagebird.message"
STATUS: Final = "messagebird.status"
MOST_PARAMETERS: Final = 200

Parameters = Sequence[tuple[str, str]]


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The event, under the message's id and how it stands: each of that is told once."""
    raw = delivery.body or urlsplit(delivery.url).query.encode()
    pairs = parameters(raw)
    told = by_name(pairs)
    if is_status(pairs):
        return (Item(f"messagebird:{message_id(told)}:{told['status'][:LONGEST_ID]}", STATUS, raw),)
    return (Item(f"messagebird:{message_id(told)}", RECEIVED, raw),)


def parameters(raw: bytes) -> Parameters:
    """The parameters in their order; every text can be stored."""
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise UnreadableDelivery("The delivery is no form of text.") from error
    return [(storable(name), storable(value)) for name, value in pairs]


def by_name(pairs: Parameters) -> Mapping[str, str]:
    """The parameters by their names in small letters: MessageBird writes one in two ways. The last one counts."""
    return {name.lower(): value for name, value in pairs}


def is_status(pairs: Parameters) -> bool:
    """Whether it tells how a message stands."""
    told = by_name(pairs)
    return bool(told.get("status")) and not told.get("originator")


def message_id(told: Mapping[str, str]) -> str:
    """The message's id. The parameter `id` is that of something else where another one names the message."""
    found = (told.get("message_id") or told.get("mid") or told.get("id", "")).strip()
    if not found or len(found) > LONGEST_ID:
        raise UnreadableDelivery("The delivery names no message.")
    return found
