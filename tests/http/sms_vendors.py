"""How Telnyx, Vonage and MessageBird write to the desk, and what their APIs take, for tests over HTTP."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from helpdesk_adapters.messaging.sms import messagebird, telnyx, vonage
from helpdesk_core.webhooks import Delivery
from tests.fakes import messagebird_api, telnyx_api, vonage_api

OURS, IDA = "+14155550142", "+14155550117"
TRIAL_KEY, VONAGE_SECRET, SIGNING_KEY = "trial:a key of the tests", "sha512:a secret", "a signing key"

Told = dict[str, Any]


@frozen
class Vendor:
    """How a carrier writes, and what its API takes."""

    name: str
    secret: str
    sign: Callable[[Delivery, str, Any, str], Delivery]
    message: Callable[[str, str], Told]
    status: Callable[[str, str, str], Told]
    access: Mapping[str, str]
    text_in: str
    mark_in: Callable[[Told], str]
    failed: str
    form: bool = False


def telnyx_message(name: str, text: str) -> Told:
    payload = {"id": name, "from": {"phone_number": IDA}, "to": [{"phone_number": OURS}], "text": text}
    payload["received_at"] = "2026-02-27T16:04:11.201+00:00"
    return {"data": {"id": f"event-{name}", "event_type": "message.received", "payload": payload}}


def telnyx_status(name: str, state: str, mark: str) -> Told:
    to = [{"phone_number": IDA, "status": state}]
    payload = {"id": name, "from": {"phone_number": OURS}, "to": to, "tags": [mark]}
    return {"data": {"id": f"event-{name}-{state}", "event_type": "message.finalized", "payload": payload}}


def vonage_message(name: str, text: str) -> Told:
    told = {"message_uuid": name, "channel": "sms", "message_type": "text", "text": text}
    return told | {"to": OURS[1:], "from": IDA[1:], "timestamp": "2026-02-27T16:04:11.201Z"}


def vonage_status(name: str, state: str, mark: str) -> Told:
    return {"message_uuid": name, "to": IDA[1:], "from": OURS[1:], "status": state, "client_ref": mark}


def messagebird_message(name: str, text: str) -> Told:
    at = "2026-02-27T16:04:11+00:00"
    return {"id": name, "originator": IDA[1:], "recipient": OURS[1:], "body": text, "createdDatetime": at}


def messagebird_status(name: str, state: str, mark: str) -> Told:
    return {"id": name, "recipient": IDA[1:], "status": state, "reference": mark}


VENDORS = {
    "telnyx": Vendor(
        "telnyx",
        TRIAL_KEY,
        telnyx.sign,
        telnyx_message,
        telnyx_status,
        {"api_key": telnyx_api.KEY},
        "text",
        lambda sent: str(sent["tags"][0]),
        "delivery_failed",
    ),
    "vonage": Vendor(
        "vonage",
        VONAGE_SECRET,
        vonage.sign,
        vonage_message,
        vonage_status,
        {"api_key": vonage_api.KEY, "api_secret": vonage_api.SECRET},
        "text",
        lambda sent: str(sent["client_ref"]),
        "undeliverable",
    ),
    "messagebird": Vendor(
        "messagebird",
        SIGNING_KEY,
        messagebird.sign,
        messagebird_message,
        messagebird_status,
        {"api_key": messagebird_api.KEY},
        "body",
        lambda sent: str(sent["reference"]),
        "delivery_failed",
        form=True,
    ),
}
