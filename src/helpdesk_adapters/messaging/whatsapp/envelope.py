"""One delivery of WhatsApp holds many events, perhaps of several tenants: each becomes an item of its own.

An item holds no more than its own event, and the one person whom that is about.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from helpdesk_adapters.web.vendor_json import read_object
from helpdesk_core.charsets import storable
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

MESSAGE, STATUS, ECHO, ERRORS = "message", "status", "message_echo", "errors"
ACCOUNT, TEMPLATE = "account_update", "message_template_status_update"

_LISTS: Final = {"messages": MESSAGE, "statuses": STATUS, "message_echoes": ECHO}
_OF_NUMBERS: Final = ("messages", "smb_message_echoes")

Json = Mapping[str, Any]


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """Every event of the delivery, under the number and its own id; what cannot be read is left out of it."""
    told = read_object(delivery.body)
    if not isinstance(told.get("entry"), list):
        raise UnreadableDelivery("The delivery has no entries.")
    items = [
        item
        for entry in _objects(told["entry"])
        for change in _objects(entry.get("changes"))
        for item in _items(entry, change)
    ]
    return list({item.external_id: item for item in items}.values())


def _items(entry: Json, change: Json) -> Iterator[Item]:
    field, value = change.get("field"), change.get("value")
    waba = entry.get("id")
    if not isinstance(field, str) or not field or not isinstance(value, dict):
        return
    if field not in _OF_NUMBERS:
        told = {"waba": waba, "told": value}
        yield Item(
            _digest({"time": entry.get("time"), "field": field, **told}), storable(field), _written(told)
        )
        return
    around = {"waba": waba, "metadata": value.get("metadata")}
    events = [(kind, one) for name, kind in _LISTS.items() for one in _objects(value.get(name))]
    errors = value.get("errors")
    for kind, one in events:
        alone = {**around, "person": _person_of(one, value), "told": one}
        alone |= {"errors": errors} if kind == MESSAGE and errors else {}
        yield Item(_id(value, kind, one), kind, _written(alone))
    if errors and not events:
        told = {**around, "errors": errors}
        yield Item(_digest({"time": entry.get("time"), "waba": waba, "told": value}), ERRORS, _written(told))


def _id(value: Json, kind: str, told: Json) -> str:
    """The number's id and the event's: two numbers never share one, whatever they claim."""
    metadata, own = value.get("metadata"), told.get("id")
    number = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
    if not isinstance(own, str) or not own or not isinstance(number, str):
        return _digest({"number": number, "kind": kind, "told": told})
    state = f":{told.get('status')}" if kind == STATUS else ""
    return storable(f"{number}/{own}{state}")


def _person_of(told: Json, value: Json) -> Json | None:
    """Of all who are named, the one whom this event is about; where only one is named, that one."""
    people = _objects(value.get("contacts"))
    names = ("from", "from_user_id", "to", "to_user_id", "recipient_id")
    wanted = {told.get(name) for name in names if isinstance(told.get(name), str)}
    named = [one for one in people if {_text(one, "wa_id"), _text(one, "user_id")} & wanted]
    one_only = people if len(people) == 1 and not wanted else []
    return next(iter(named or one_only), None)


def _text(told: Json, name: str) -> str | None:
    found = told.get(name)
    return found if isinstance(found, str) else None


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _digest(told: object) -> str:
    return hashlib.sha256(_written(told)).hexdigest()


def _written(told: object) -> bytes:
    return json.dumps(told, sort_keys=True).encode()
