"""What all of Stripe's events come in: their ids, times, and whose they are."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from attrs import frozen

from helpdesk_adapters.payments.stripe.payloads import Event
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_adapters.web.vendor_values import since_1970, whole
from helpdesk_core.addresses import is_email
from helpdesk_core.charsets import storable
from helpdesk_core.commands import Command, Nothing
from helpdesk_core.records import Stamp
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery

LONGEST_ID = 255
"""Characters of an id, says docs.stripe.com/upgrades."""
PROVIDER = "stripe"
UNTYPED = "unknown"
"""What an event is called that does not say of what type it is: nobody handles it."""

T = TypeVar("T")


@frozen
class Heard:
    """One event: when it came about, and the object as it was then."""

    event: Event
    at: datetime

    @property
    def live(self) -> bool:
        return self.event.livemode

    @property
    def claim(self) -> str | None:
        """The organization that the desk's operator noted on the object."""
        return noted(self.event.data.object.get("metadata"))

    def read(self, cls: type[T]) -> T:
        """The object; UnreadableDelivery names what is missing."""
        return structured(self.event.data.object, cls)

    def says(self, name: str) -> bool:
        """Whether the object has this field at all, be it null."""
        return name in self.event.data.object

    def before(self, name: str) -> str:
        """The text that a field held before this event, where that is told."""
        value = self.event.data.previous_attributes.get(name)
        return value if isinstance(value, str) else ""

    def named(self, account: str, external_id: str, created: int | None, rank: int) -> dict[str, Any]:
        """What every record begins with; of two words of one second, that of the higher rank is the newer."""
        return {
            "provider": PROVIDER,
            "account": usable_id(account),
            "external_id": usable_id(external_id) or _unreadable("An id is empty."),
            "created_at": since_1970(created) or self.at,
            "stamp": Stamp(self.at, rank, usable_id(self.event.id)),
        }


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The one event of a delivery, under the id that Stripe's retries keep."""
    body = read_object(delivery.body)
    event_id, kind = (
        usable_id(text) if isinstance(text, str) else "" for text in map(body.get, ("id", "type"))
    )
    if not event_id:
        raise UnreadableDelivery("The body names no event.")
    return (Item(event_id, kind or UNTYPED, delivery.body),)


def heard(raw: bytes, tell: Callable[[Heard], Sequence[Command]]) -> Sequence[Command]:
    """What the event means, unless it is none of ours."""
    return heard_of(raw, PROVIDER, tell)


def heard_of(raw: bytes, provider: str, tell: Callable[[Heard], Sequence[Command]]) -> Sequence[Command]:
    """As `heard`, of the desk's own account or of those that are connected to it."""
    body = read_object(raw)
    if body.get("object") == "v2.core.event":
        return [Nothing("A thin event tells nothing of its object.")]
    event = structured(body, Event)
    if event.account and provider == PROVIDER:
        return [Nothing("It is of a connected account, whose events have a door of their own.")]
    if not event.account and provider != PROVIDER:
        return [Nothing("It is of no connected account.")]
    at = since_1970(event.created) or _unreadable("Event: created is no time.")
    return tell(Heard(event, at))


def email(text: str | None) -> str | None:
    """The address, where mail can be sent to it."""
    return text if text is not None and is_email(text) else None


def noted(metadata: object) -> str | None:
    """The organization that is noted on an object, by its id or slug."""
    value = metadata.get("organization_id") if isinstance(metadata, Mapping) else None
    return storable(value).strip() or None if isinstance(value, str) and len(value) <= LONGEST_ID else None


def usable_id(text: str) -> str:
    """The id, or UnreadableDelivery for one that is longer than any of Stripe's."""
    if len(text) > LONGEST_ID:
        _unreadable("An id is too long.")
    return storable(text).strip()


def key_of(*parts: str | int | None) -> str:
    """What a notice is known by: of all events that come to the same, one is written about."""
    told = (
        usable_id(part) if isinstance(part, str) else str(whole(part)) for part in parts if part is not None
    )
    return ":".join(told)


def _unreadable(problem: str) -> Any:
    raise UnreadableDelivery(problem)
