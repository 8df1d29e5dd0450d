"""Deliveries: one event on its way to one webhook endpoint, and every try to hand it over."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import DeliveryId, OrganizationId, WebhookEndpointId

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""What lies between the tries: eleven of them within a little more than three days."""

LONGEST_ASKED_PAUSE = timedelta(days=1)
MOST_TRIES_KEPT = 30
LARGEST_ANSWER = 2048
"""Bytes of an answer that are kept."""
GONE = 410
"""What an endpoint answers that wants no more (RFC 9110 §15.5.11)."""
TEST_TYPE = "webhook.test"


class WebhookDeliveryState(StrEnum):
    """`pending` will be tried (again) by itself; the others rest until somebody asks for the delivery again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"
    """The endpoint was disabled before its turn came."""


@frozen(kw_only=True)
class DeliveryTry:
    """One call and what came of it: a status and what was answered, or an error where no answer came.

    `signature` is the header that was sent; the beginning of the answer is kept as text.
    """

    at: datetime
    duration_ms: int
    signature: str = ""
    status: int | None = None
    answer: str = ""
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@frozen(kw_only=True)
class WebhookDelivery:
    """What is sent, and how that went. `seq` is the event's place in the log, 0 for a test call.

    `attempts` counts every try there was; of many, `tries` keeps the newest, the oldest of them first.
    """

    id: DeliveryId
    organization_id: OrganizationId
    endpoint_id: WebhookEndpointId
    event_id: UUID
    seq: int
    type: str
    created_at: datetime
    body: str
    state: WebhookDeliveryState = WebhookDeliveryState.PENDING
    attempts: int = 0
    next_try_at: datetime | None = None
    finished_at: datetime | None = None
    tries: tuple[DeliveryTry, ...] = ()


def delivery_of(
    event: DomainEvent, endpoint_id: WebhookEndpointId, id: DeliveryId, now: datetime
) -> WebhookDelivery:
    """The delivery of an event to an endpoint, in line at once."""
    return WebhookDelivery(
        id=id,
        organization_id=event.organization_id,
        endpoint_id=endpoint_id,
        event_id=event.id,
        seq=event.seq,
        type=event.type,
        created_at=now,
        body=message(event),
        next_try_at=now,
    )


def told(event: DomainEvent) -> Mapping[str, Any]:
    """An event as the feed, the live stream and webhooks tell it, with values as JSON takes them.

    A customer's name is left out: whoever needs it reads the customer, who may have been erased since.
    """
    actor = event.actor
    return {
        "id": str(event.id),
        "seq": event.seq,
        "type": event.type,
        "subject": {"type": event.subject_type, "id": str(event.subject_id)},
        "actor": {
            "type": actor.type,
            "id": None if actor.id is None else str(actor.id),
            "name": None if actor.type == "customer" else actor.name,
        },
        "occurred_at": written(event.occurred_at),
        "recorded_at": written(event.recorded_at),
        "cause": event.cause,
        "data": event.data,
    }


def message(event: DomainEvent) -> str:
    """The body of a webhook: the event as it is told everywhere, its time also where Standard Webhooks has it."""
    body = {"type": event.type, "timestamp": written(event.occurred_at), **told(event)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def written(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and a Z, as the API writes times."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def after_try(
    delivery: WebhookDelivery, made: DeliveryTry, step: int, asked: timedelta | None, jitter: float
) -> WebhookDelivery:
    """The delivery after one more try, the `step`-th (from 0) since it was last put in line.

    `asked` is how long the other side wants us to wait: kept up to a day, and never shortened by our own pause.
    `jitter` is uniform in [0, 1) and stretches the pause by up to a tenth.
    """
    ended = made.at + timedelta(milliseconds=made.duration_ms)
    tries = (*delivery.tries, made)[-MOST_TRIES_KEPT:]
    tried = evolve(delivery, attempts=delivery.attempts + 1, tries=tries, next_try_at=None, finished_at=ended)
    if made.succeeded:
        return evolve(tried, state=WebhookDeliveryState.DELIVERED)
    if step >= len(PAUSES) or made.status == GONE:
        return evolve(tried, state=WebhookDeliveryState.FAILED)
    pause = PAUSES[step] * (1 + jitter / 10)
    if asked is not None:
        pause = max(pause, min(asked, LONGEST_ASKED_PAUSE))
    return evolve(tried, state=WebhookDeliveryState.PENDING, next_try_at=ended + pause, finished_at=None)


def skipped(delivery: WebhookDelivery, now: datetime) -> WebhookDelivery:
    """The delivery that is not made, because its endpoint is disabled."""
    return evolve(delivery, state=WebhookDeliveryState.SKIPPED, next_try_at=None, finished_at=now)


def again(delivery: WebhookDelivery, now: datetime) -> WebhookDelivery:
    """The delivery in line once more, at once, whatever became of it."""
    return evolve(delivery, state=WebhookDeliveryState.PENDING, next_try_at=now, finished_at=None)
