"""Webhook endpoints.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.deliveries import WebhookDeliveryState
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.webhook_endpoints import DisabledReason
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class SigningSecretView:
    """A secret that signs, not shown; null: it has no end yet."""

    created_at: datetime
    expires_at: datetime | None


@frozen(kw_only=True)
class WebhookEndpointView:
    """Where events are posted to."""

    id: UUID
    name: str
    url: str
    events: Sequence[str]
    description: str
    active: bool
    disabled_reason: DisabledReason | None
    """Why the desk disabled it: it answered 410, or failed for five days."""
    disabled_at: datetime | None
    failing_since: datetime | None
    """Null: the last try succeeded."""
    secrets: Sequence[SigningSecretView]
    created_at: datetime
    updated_at: datetime
    secret: str | Unset = UNSET
    """Signs what is posted. It is shown this once."""


@frozen(kw_only=True)
class WebhookDeliveryView:
    """One event on its way to one endpoint. `pending` will be tried (again) by itself at
    `next_try_at`.
    """

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    """The event's id in the feed, and the header webhook-id."""
    event_type: str
    seq: int
    """The event's place in the feed; 0 for a test."""
    state: WebhookDeliveryState
    attempts: int
    """How often it was tried."""
    last_status: int | None
    """What the last try was answered; null: nothing came."""
    last_error: str | None
    created_at: datetime
    next_try_at: datetime | None
    finished_at: datetime | None


@frozen(kw_only=True)
class RedeliveryView:
    """Put in line: a job goes through the log."""

    job_id: UUID
    since: datetime
    until: datetime
    only_undelivered: bool


@frozen(kw_only=True)
class SentView:
    """What is posted. Timestamp and signature are made for each try; these are the last one's."""

    url: str
    headers: Mapping[str, str]
    body: str


@frozen(kw_only=True)
class TryView:
    """One call: a status and the beginning of the answer, or the reason why there is none."""

    at: datetime
    duration_ms: int
    status: int | None
    answer: str
    """At most 2 KB."""
    error: str | None


@frozen(kw_only=True)
class WholeDeliveryView:
    """A delivery with what is sent and what came of every try, the newest last; of very many the
    newest.
    """

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    """The event's id in the feed, and the header webhook-id."""
    event_type: str
    seq: int
    """The event's place in the feed; 0 for a test."""
    state: WebhookDeliveryState
    attempts: int
    """How often it was tried."""
    last_status: int | None
    """What the last try was answered; null: nothing came."""
    last_error: str | None
    created_at: datetime
    next_try_at: datetime | None
    finished_at: datetime | None
    request: SentView
    tries: Sequence[TryView]


@frozen
class WebhookEndpoints:
    """Webhook endpoints."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[WebhookEndpointView]:
        """List webhook endpoints.

        limit: How many at the most.
        """
        return self._calls.pages(
            WebhookEndpointView, "/api/v1/webhook-endpoints", {"limit": limit, "sort": sort}
        )

    async def read(self, webhook_endpoint_id: UUID | str) -> WebhookEndpointView:
        """Read a webhook endpoint."""
        answered: WebhookEndpointView = await self._calls.answer(
            WebhookEndpointView, "GET", f"/api/v1/webhook-endpoints/{segment(webhook_endpoint_id)}"
        )
        return answered

    async def change(
        self,
        webhook_endpoint_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        url: str | Unset = UNSET,
        events: Sequence[str] | Unset = UNSET,
        description: str | Unset = UNSET,
        active: bool | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> WebhookEndpointView:
        """Change a webhook endpoint.

        name: Unique among its kind.
        url: Called over https, at public addresses only unless the operator allows others.
        events: Which types of events it is told of: all by default.
        """
        answered: WebhookEndpointView = await self._calls.answer(
            WebhookEndpointView,
            "PATCH",
            f"/api/v1/webhook-endpoints/{segment(webhook_endpoint_id)}",
            body={"name": name, "url": url, "events": events, "description": description, "active": active},
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self,
        webhook_endpoint_id: UUID | str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        """Take a webhook endpoint away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/webhook-endpoints/{segment(webhook_endpoint_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def create(
        self,
        *,
        name: str,
        url: str,
        events: Sequence[str] | Unset = UNSET,
        description: str | Unset = UNSET,
        active: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> WebhookEndpointView:
        """Set up a webhook endpoint.

        What is posted is signed as Standard Webhooks says, with the `secret` of this answer, which
        is shown this once.

        name: Unique among its kind.
        url: Called over https, at public addresses only unless the operator allows others.
        events: Which types of events it is told of: all by default.
        """
        answered: WebhookEndpointView = await self._calls.answer(
            WebhookEndpointView,
            "POST",
            "/api/v1/webhook-endpoints",
            body={"name": name, "url": url, "events": events, "description": description, "active": active},
            key=idempotency_key or True,
        )
        return answered

    async def rotate_webhook_secret(
        self,
        webhook_endpoint_id: UUID | str,
        *,
        overlap_hours: float | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> WebhookEndpointView:
        """Replace the signing secret.

        For a day, unless told otherwise, both sign: each request brings a signature of each. The
        new `secret` is shown
        this once.

        overlap_hours: How long the old secret signs as well; 0: it ends at once.
        """
        answered: WebhookEndpointView = await self._calls.answer(
            WebhookEndpointView,
            "POST",
            f"/api/v1/webhook-endpoints/{segment(webhook_endpoint_id)}/rotate-secret",
            body={"overlap_hours": overlap_hours},
            key=idempotency_key or True,
        )
        return answered

    async def test(
        self, webhook_endpoint_id: UUID | str, *, idempotency_key: str | None = None
    ) -> WebhookDeliveryView:
        """Send the endpoint a `webhook.test` event, also where it is disabled.

        The answer is the delivery in line; read it to see how it went.
        """
        answered: WebhookDeliveryView = await self._calls.answer(
            WebhookDeliveryView,
            "POST",
            f"/api/v1/webhook-endpoints/{segment(webhook_endpoint_id)}/test",
            key=idempotency_key or True,
        )
        return answered

    def list_webhook_deliveries(
        self,
        webhook_endpoint_id: UUID | str,
        *,
        state: WebhookDeliveryState | None = None,
        event_type: str | None = None,
        limit: int | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
    ) -> Pages[WebhookDeliveryView]:
        """List what was delivered to the endpoint and what was not, the newest first.

        limit: How many at the most.
        """
        return self._calls.pages(
            WebhookDeliveryView,
            f"/api/v1/webhook-endpoints/{segment(webhook_endpoint_id)}/deliveries",
            {"state": state, "event_type": event_type, "limit": limit, "sort": sort},
        )

    async def redeliver_to(
        self,
        webhook_endpoint_id: UUID | str,
        *,
        since: datetime,
        until: datetime | None | Unset = UNSET,
        only_undelivered: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> RedeliveryView:
        """Deliver again what happened within a time.

        Events that the endpoint missed because it was disabled are delivered too, under the ids
        they have in the feed.
        What is in line already is left alone.

        only_undelivered: Leave alone what has arrived: make up only for what failed or was never
        tried.
        """
        answered: RedeliveryView = await self._calls.answer(
            RedeliveryView,
            "POST",
            f"/api/v1/webhook-endpoints/{segment(webhook_endpoint_id)}/redeliver",
            body={"since": since, "until": until, "only_undelivered": only_undelivered},
            key=idempotency_key or True,
        )
        return answered

    async def read_webhook_delivery(self, delivery_id: UUID | str) -> WholeDeliveryView:
        """Read a delivery: the request, and every answer."""
        answered: WholeDeliveryView = await self._calls.answer(
            WholeDeliveryView, "GET", f"/api/v1/webhook-deliveries/{segment(delivery_id)}"
        )
        return answered

    async def redeliver_webhook(
        self, delivery_id: UUID | str, *, idempotency_key: str | None = None
    ) -> WebhookDeliveryView:
        """Make a delivery once more, at once, whatever became of it.

        The event keeps its id, so that a receiver can tell that it has seen it.
        """
        answered: WebhookDeliveryView = await self._calls.answer(
            WebhookDeliveryView,
            "POST",
            f"/api/v1/webhook-deliveries/{segment(delivery_id)}/redeliver",
            key=idempotency_key or True,
        )
        return answered
