"""One delivery of Messenger holds events of several pages, each of which becomes one of the inbox
(developers.facebook.com/docs/messenger-platform/reference/webhook-events).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from helpdesk_adapters.web.vendor_json import read_object
from helpdesk_core.charsets import storable
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item

# Events by the names of the fields that a page subscribes to.
MESSAGES: Final = "messages"
ECHOES: Final = "message_echoes"
POSTBACKS: Final = "messaging_postbacks"
EDITS: Final = "message_edits"
REACTIONS: Final = "message_reactions"
DELIVERIES: Final = "message_deliveries"
READS: Final = "message_reads"
STANDBY: Final = "standby"
"""What is said while another app holds the conversation."""
UNKNOWN: Final = "unknown"
"""What a delivery holds that is not understood; it is kept."""

LONGEST_ID: Final = 200
"""Characters of a provider's id that is kept as it is."""

_MEMBERS: Final[Mapping[str, str]] = {
    "postback": POSTBACKS,
    "message_edit": EDITS,
    "reaction": REACTIONS,
    "delivery": DELIVERIES,
    "read": READS,
    "optin": "messaging_optins",
    "referral": "messaging_referrals",
    "account_linking": "messaging_account_linking",
    "pass_thread_control": "messaging_handovers",
    "take_thread_control": "messaging_handovers",
    "request_thread_control": "messaging_handovers",
    "app_roles": "messaging_handovers",
    "policy_enforcement": "messaging_policy_enforcement",
}


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """Every event of every page, and whatever else is there; the same one twice is one.

    What Facebook has proven to have sent is never refused for being strange: it would stop sending.
    """
    told = read_object(delivery.body)
    if told.get("object") != "page":
        return [_item("", "", told, UNKNOWN)]
    entries = told.get("entry")
    found = [
        item
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
        for item in _of_entry(entry)
    ]
    return list({item.external_id: item for item in found}.values())


def renew(body: bytes, id: str, now: datetime) -> bytes:
    """The body of an example as if it had happened just now, under another id."""
    told = json.loads(body)
    stamp = round(now.timestamp() * 1000)
    for entry in told["entry"]:
        entry["time"] = stamp
        for event in (*entry.get("messaging", ()), *entry.get("standby", ())):
            event["timestamp"] = stamp
            for member in ("message", "postback"):
                if "mid" in event.get(member, {}):
                    event[member]["mid"] = f"m_{id}"
            for member in ("delivery", "read"):
                if member in event:
                    event[member]["watermark"] = stamp
                    event[member]["seq"] = int(sha256(id.encode()).hexdigest()[:8], 16)
            for member in ("reaction", "message_edit"):
                if member in event:
                    event[member]["mid"] = f"m_{id}"
    return json.dumps(told).encode()


def _of_entry(entry: Mapping[str, Any]) -> Iterator[Item]:
    page = entry.get("id")
    page = str(page) if isinstance(page, str | int) else ""
    for name in ("messaging", "standby", "changes"):
        events = entry.get(name)
        for event in events if isinstance(events, list) else ():
            if isinstance(event, dict):
                yield _item(page, name, event, _type(name, event))


def _type(name: str, event: Mapping[str, Any]) -> str:
    """What it is, by the field that one subscribes to for it."""
    if name == "standby":
        return STANDBY
    if name == "changes":
        field = event.get("field")
        return f"changes.{storable(field)[:50]}" if isinstance(field, str) else UNKNOWN
    message = event.get("message")
    if isinstance(message, dict):
        return ECHOES if message.get("is_echo") is True else MESSAGES
    return next((found for member, found in _MEMBERS.items() if member in event), UNKNOWN)


def _item(page: str, name: str, event: Mapping[str, Any], type: str) -> Item:
    raw = json.dumps({"page": page, "standby": name == "standby", "event": event}).encode()
    return Item(f"{type}:{_id(page, event, raw)}", type, raw)


def _id(page: str, event: Mapping[str, Any], raw: bytes) -> str:
    """Messages and postbacks have an id of their own. Of anything else the whole is its name: a retry repeats it, also
    in a delivery that was put together anew.
    """
    for member in ("message", "postback"):
        of = event.get(member)
        mid = of.get("mid") if isinstance(of, dict) else None
        if isinstance(mid, str) and mid:
            name = f"{page}:{storable(mid)}"
            return name if len(name) <= LONGEST_ID else f"{page[:64]}:{_digest(name.encode())}"
    return f"{storable(page)[:64]}:{_digest(raw)}"


def _digest(raw: bytes) -> str:
    return sha256(raw).hexdigest()[:32]
