"""Webhooks: what a provider posts to us, kept raw in the inbox before anything is done about it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from helpdesk_core.commands import Command
from helpdesk_core.errors import Conflict
from helpdesk_core.ids import OrganizationId, WebhookEventId
from helpdesk_core.signatures import Proven


@frozen
class Delivery:
    """One request as it arrived: header names in lower case, the body to the byte, the public URL it was sent to."""

    headers: Mapping[str, str]
    body: bytes
    url: str = ""
    method: str = "POST"


@frozen
class Reply:
    """What a provider wants to hear, where it is more than that its delivery was kept."""

    body: bytes
    media_type: str


@frozen
class Simulated:
    """A delivery of our own making, as if from a provider: where it was posted, and what was answered."""

    url: str
    delivery_id: str
    status: int
    answer: str


@frozen
class Item:
    """One event of a delivery. `external_id` is the provider's event id; two items with the same one are the same."""

    external_id: str
    type: str
    raw: bytes


class EventState(StrEnum):
    """`failed` will be tried again by itself; `dead`, `unmatched` and `ignored` rest until somebody replays them."""

    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"
    UNMATCHED = "unmatched"
    FAILED = "failed"
    DEAD = "dead"


SETTLED = frozenset({EventState.PROCESSED, EventState.IGNORED, EventState.UNMATCHED})
RESTING = SETTLED | {EventState.DEAD}
"""States in which nothing more happens by itself."""


@frozen
class WebhookEvent:
    """One row of the inbox. Its organization is known once it has been processed, and never before.

    `raw` is forgotten some time after the event came to rest; its ids stay, so that it cannot take effect again.
    """

    id: WebhookEventId
    provider: str
    external_id: str
    type: str
    raw: bytes
    received_at: datetime
    state: EventState = EventState.RECEIVED
    organization_id: OrganizationId | None = None
    attempts: int = 0
    processed_at: datetime | None = None
    error: str | None = None
    account: str | None = None
    """The outside account that it is of, where it names one; an unmatched event waits for it."""


class UnreadableDelivery(ValueError):
    """A proven delivery whose body is not what this provider sends."""


class UnknownMediaType(UnreadableDelivery):
    """A proven delivery of a media type that this provider does not send."""


Verify = Callable[[Delivery, Sequence[str], datetime], Proven]
"""Proves with the secrets that the provider sent it, or raises BadSignature; bytes only, constant time."""
Split = Callable[[Delivery, Proven], Sequence[Item]]
"""The items of a proven delivery, or UnreadableDelivery."""
Recognise = Callable[[Delivery], bool]
"""Whether a delivery is of this provider, as far as it says so itself: it decides by whose rules it is proven."""
Answer = Callable[[Delivery], Reply | None]
"""What a proven delivery is answered, where it is more than that it was kept."""
Translate = Callable[[bytes], Sequence[Command]]
"""What the event means. Pure; an unreadable payload raises UnreadableDelivery."""


@frozen
class WebhookProvider:
    """All that is special about one provider's webhooks.

    `events` lists the types that mean something, each with its translation; every other type is kept and ignored, or
    goes through `others`. `secret_setting` names the setting with its secrets; while that is empty nothing is accepted.
    The signature is in a header, or (`signature_header` is None) in a member of the JSON or a parameter of the form
    that is the body; the member `.` says that the body is itself signed, as a JWT.
    """

    name: str
    paths: tuple[str, ...]
    signature_header: str | None
    secret_setting: str
    verify: Verify
    split: Split
    events: Mapping[str, Translate]
    others: Translate | None = None
    signature_member: str | None = None
    vendor: str = ""
    """Which of several whose events bear the same `name`, and come to the same path."""
    recognise: Recognise = lambda delivery: True
    answer: Answer | None = None
    methods: tuple[str, ...] = ("POST",)
    media: tuple[str, ...] = ("application/json",)
    signs_again: bool = False
    """It forgets its signature now and then, and sends again, signed, what was answered with a failure of ours."""

    @property
    def key(self) -> str:
        """By what it is told from every other: `sms-telnyx`, or its name alone."""
        return f"{self.name}-{self.vendor}" if self.vendor else self.name

    def translation_of(self, event_type: str) -> Translate | None:
        """How an event of this type is read; None where it means nothing."""
        return self.events.get(event_type, self.others)


def translation(providers: Iterable[WebhookProvider], provider: str, event_type: str) -> Translate | None:
    """How an event of this type is read that came under that provider's name; None where it means nothing."""
    named = (one.translation_of(event_type) for one in providers if one.name == provider)
    return next((found for found in named if found is not None), None)


def settled(
    event: WebhookEvent,
    state: EventState,
    at: datetime,
    organization_id: OrganizationId | None,
    note: str | None = None,
    account: str | None = None,
) -> WebhookEvent:
    """The event after it was dealt with; `note` says why where nothing came of it."""
    return evolve(
        event,
        state=state,
        processed_at=at,
        attempts=event.attempts + 1,
        organization_id=organization_id or event.organization_id,
        error=note,
        account=account,
    )


def failed(event: WebhookEvent, error: str, *, last: bool) -> WebhookEvent:
    """The event after a try that failed; after the `last` one it rests."""
    return evolve(
        event, state=EventState.DEAD if last else EventState.FAILED, attempts=event.attempts + 1, error=error
    )


def replayed(event: WebhookEvent) -> WebhookEvent:
    """The event as if it had just arrived. One that had its effect, or that a job is about to perform, is refused."""
    if event.state is EventState.PROCESSED:
        raise Conflict(f"Webhook event {event.id} has been processed; replaying it would change nothing.")
    if not event.raw:
        raise Conflict(f"The body of webhook event {event.id} has been forgotten: it was kept too long ago.")
    if event.state in (EventState.RECEIVED, EventState.FAILED):
        raise Conflict(
            f"Webhook event {event.id} is {event.state.value}: its job is in line and will perform it."
        )
    return evolve(event, state=EventState.RECEIVED, processed_at=None, error=None, account=None)
