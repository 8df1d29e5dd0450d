"""WhatsApp as it posts to the desk: one change a delivery, or as many as are given."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

OURS, WABA = "106540352242922", "102290129340398"
IDA, IDA_ID = "14155550117", "US.40213377815566120982"


def change(field: str = "messages", phone_number_id: str = OURS, **value: Any) -> dict[str, Any]:
    """One change of an entry."""
    metadata = {"display_phone_number": "15550100142", "phone_number_id": phone_number_id}
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}


def delivery(*changes: Mapping[str, Any], waba: str = WABA, at: int | None = None) -> bytes:
    """A body with these changes, escaped as Meta writes it."""
    entry = {"id": waba, "time": at or int(time.time()), "changes": list(changes)}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]})
    return body.replace("/", "\\/").encode()


def person(
    wa_id: str = IDA, user_id: str = "", name: str = "Ida Moreau", username: str = ""
) -> dict[str, Any]:
    """Whom a message is about."""
    ids = {"wa_id": wa_id, "user_id": user_id}
    profile = {"name": name, **({"username": username} if username else {})}
    return {"profile": profile, **{key: value for key, value in ids.items() if value}}


def message(
    wamid: str, at: int | None = None, *, by: str = IDA, user_id: str = "", **told: Any
) -> dict[str, Any]:
    """A message; a text where nothing else is told."""
    ids = {"from": by, "from_user_id": user_id}
    told = told or {"text": {"body": "Hello"}}
    kind = told.pop("type", None) or next(iter(told))
    base = {"id": wamid, "timestamp": str(at or int(time.time())), "type": kind}
    return {**base, **{key: value for key, value in ids.items() if value}, **told}


def heard(*messages: Mapping[str, Any], people: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """A change with these messages."""
    return change(messages=list(messages), contacts=list([person()] if people is None else people))


def status(
    wamid: str, state: str, ours: str | None = None, errors: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """A change with one status."""
    told: dict[str, Any] = {
        "id": wamid,
        "status": state,
        "timestamp": str(int(time.time())),
        "recipient_id": IDA,
    }
    told |= {"biz_opaque_callback_data": ours} if ours else {}
    told |= {"errors": list(errors)} if errors else {}
    return change(statuses=[told])
