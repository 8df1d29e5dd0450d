"""Deliveries of events to webhook endpoints."""

from datetime import datetime
from typing import Any

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.deliveries import DeliveryTry, WebhookDelivery, WebhookDeliveryState

DELIVERY = (
    "id",
    "organization_id",
    "endpoint_id",
    "event_id",
    "seq",
    "type",
    "state",
    "created_at",
    "attempts",
    "next_try_at",
    "finished_at",
    "tries",
    "body",
)


def to_delivery(row: Row) -> WebhookDelivery:
    """The last column, `body`, may be left out: it is empty then."""
    id, organization_id, endpoint_id, event_id, seq, type, state, created_at, *rest = row
    attempts, next_try_at, finished_at, tries, *body = rest
    return WebhookDelivery(
        id=id,
        organization_id=organization_id,
        endpoint_id=endpoint_id,
        event_id=event_id,
        seq=seq,
        type=type,
        created_at=created_at,
        body=body[0] if body else "",
        state=WebhookDeliveryState(state),
        attempts=attempts,
        next_try_at=next_try_at,
        finished_at=finished_at,
        tries=tuple(DeliveryTry(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in tries),
    )


def delivery_row(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "organization_id": delivery.organization_id,
        "endpoint_id": delivery.endpoint_id,
        "event_id": delivery.event_id,
        "seq": delivery.seq,
        "type": delivery.type,
        "state": delivery.state.value,
        "created_at": delivery.created_at,
        "attempts": delivery.attempts,
        "next_try_at": delivery.next_try_at,
        "finished_at": delivery.finished_at,
        "tries": [_try_document(one) for one in delivery.tries],
        "body": delivery.body,
    }


def _try_document(one: DeliveryTry) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "duration_ms": one.duration_ms,
        "signature": one.signature,
        "status": one.status,
        "answer": one.answer,
        "error": one.error,
    }
