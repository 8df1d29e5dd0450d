"""Webhook events.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.webhooks import EventState
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class WebhookEventView:
    """One delivery of a provider in the inbox."""

    id: UUID
    provider: str
    type: str
    external_id: str
    """The provider's own id of the event."""
    state: EventState
    attempts: int
    received_at: datetime
    processed_at: datetime | None
    error: str | None


@frozen
class WebhookEvents:
    """Webhook events."""

    _calls: Calls

    def list(
        self,
        *,
        provider: str | None = None,
        state: EventState | None = None,
        type: str | None = None,
        limit: int | None = None,
        sort: Literal["-received_at", "received_at"] | None = None,
    ) -> Pages[WebhookEventView]:
        """List what providers have posted, the newest first.

        Those of this organization, and those that belong to nobody yet, without the reasons of the
        latter.

        limit: How many at the most.
        """
        return self._calls.pages(
            WebhookEventView,
            "/api/v1/webhook-events",
            {"provider": provider, "state": state, "type": type, "limit": limit, "sort": sort},
        )

    async def read(self, event_id: UUID | str) -> WebhookEventView:
        """Read one of them."""
        answered: WebhookEventView = await self._calls.answer(
            WebhookEventView, "GET", f"/api/v1/webhook-events/{segment(event_id)}"
        )
        return answered

    async def replay(self, event_id: UUID | str, *, idempotency_key: str | None = None) -> WebhookEventView:
        """Perform one again that was ignored, failed, or rests as dead."""
        answered: WebhookEventView = await self._calls.answer(
            WebhookEventView,
            "POST",
            f"/api/v1/webhook-events/{segment(event_id)}/replay",
            key=idempotency_key or True,
        )
        return answered
