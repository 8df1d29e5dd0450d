"""What a notification comes in: a message of SNS, whose text is the notification, or an event of EventBridge with it,
or records of a queue of SQS with either.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from attrs import frozen

from helpdesk_adapters.commerce.amazon.payloads import Notification
from helpdesk_adapters.web.vendor_json import named, read_object, structured
from helpdesk_adapters.web.vendor_values import moment
from helpdesk_core.charsets import storable
from helpdesk_core.signatures import BadSignature, Proven, sns
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

T = TypeVar("T")

AMAZON: Final = "amazon"
WRAPPINGS: Final = 2
"""Wrappings around a notification that are taken off."""
DEPTH: Final = 8
"""How deep names are read in small letters; nothing that is read lies deeper."""
UNKNOWN: Final = sns.SnsType.NOTIFICATION.value
"""The type of an event whose text is no notification."""


@frozen
class Head:
    """The signed members of a message."""

    type: str = named("Type")
    id: str = named("MessageId")
    topic: str = named("TopicArn")
    timestamp: str = named("Timestamp")
    text: str = named("Message", "")
    url: str = named("SubscribeURL", "")

    @property
    def at(self) -> datetime:
        """When SNS took it in."""
        return moment(self.timestamp) or _unreadable("The Timestamp is no time.")


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The notifications of a message, with its signed members; nothing else of it is kept.

    They bear the message's id, the second and later ones of a queue's records with a number behind it.
    """
    try:
        message = sns.read(delivery.body)
    except BadSignature as refusal:
        raise UnreadableDelivery(str(refusal)) from refusal
    if message.type is not sns.SnsType.NOTIFICATION:
        return (_item(message, 0, message.type.value, message.signed["Message"]),)
    return [_item(message, place, *found) for place, found in enumerate(_notifications(message))]


def head_of(raw: bytes) -> Head:
    """The members of an event's message."""
    return structured(read_object(raw), Head)


def notification_of(head: Head) -> Notification:
    """The notification in a message; UnreadableDelivery where there is none."""
    return structured(_small(_one(_read(head.text)), DEPTH), Notification)


def body_of(note: Notification, name: str, cls: type[T]) -> T:
    """What it notifies of, under this name, as a payload class."""
    return structured(note.payload.get(name.lower()), cls)


def _item(message: sns.SnsMessage, place: int, type: str, text: str) -> Item:
    raw = json.dumps({**message.signed, "Message": text}).encode()
    return Item(f"{message.id}/{place + 1}" if place else message.id, type, raw)


def _notifications(message: sns.SnsMessage) -> Sequence[tuple[str, str]]:
    """The type of each, and its text; what cannot be read stays as it came, as an event of an unknown type."""
    text = message.signed["Message"]
    try:
        found = list(_unwrapped(_read(text), WRAPPINGS))
    except UnreadableDelivery:
        return [(UNKNOWN, text)]
    return [(_type_of(one), json.dumps(one)) for one in found] or [(UNKNOWN, text)]


def _unwrapped(value: Any, wrappings: int) -> Iterator[Any]:
    told = {name.lower(): member for name, member in value.items()} if isinstance(value, dict) else {}
    if "notificationtype" in told or wrappings == 0:
        yield value
    elif isinstance(told.get("detail"), dict):
        yield from _unwrapped(told["detail"], wrappings - 1)
    elif isinstance(told.get("records"), list):
        for record in told["records"]:
            body = record.get("body") if isinstance(record, dict) else None
            yield from _unwrapped(_read_leniently(body), wrappings - 1)
    else:
        yield value


def _one(value: Any) -> Any:
    """The notification, however wrapped; of several the first, since a message that is kept holds one."""
    return next(_unwrapped(value, WRAPPINGS), value)


def _type_of(value: Any) -> str:
    """What it calls itself; UNKNOWN for what is no notification, or goes by a name of ours."""
    told = {name.lower(): member for name, member in value.items()} if isinstance(value, dict) else {}
    name = told.get("notificationtype")
    is_plain = isinstance(name, str) and 0 < len(name) <= 100 and name.isascii() and name.isprintable()
    if not is_plain or name in set(sns.SnsType) or not isinstance(told.get("payload"), dict):
        return UNKNOWN
    return str(name)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableDelivery("The Message is not JSON.") from error


def _read_leniently(text: Any) -> Any:
    """A record's body as JSON; what is none stays text, which no notification is."""
    try:
        return _read(text) if isinstance(text, str) else text
    except UnreadableDelivery:
        return storable(text)


def _small(value: Any, depth: int) -> Any:
    """The same with all names in small letters."""
    if depth and isinstance(value, Mapping):
        return {storable(name).lower(): _small(member, depth - 1) for name, member in value.items()}
    if depth and isinstance(value, list):
        return [_small(member, depth - 1) for member in value]
    return value


def _unreadable(told: str) -> datetime:
    raise UnreadableDelivery(told)
