"""Deliveries of events to webhook endpoints."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from helpdesk_core.deliveries import WebhookDelivery, WebhookDeliveryState
from helpdesk_core.ids import DeliveryId, OrganizationId, WebhookEndpointId
from helpdesk_core.paging import Page, Slice


@frozen
class DeliveryFilter:
    """Which deliveries of an endpoint."""

    endpoint_id: WebhookEndpointId
    state: WebhookDeliveryState | None = None
    type: str | None = None


class DeliveryReads(Protocol):
    async def get(
        self, organization_id: OrganizationId, delivery_id: DeliveryId
    ) -> WebhookDelivery | None: ...

    async def page(
        self, organization_id: OrganizationId, wanted: DeliveryFilter, page: Page
    ) -> Slice[WebhookDelivery]:
        """Sorts by created_at. The rows come without their bodies (empty)."""
        ...

    async def of_events(
        self, organization_id: OrganizationId, endpoint_id: WebhookEndpointId, first_seq: int, last_seq: int
    ) -> Sequence[WebhookDelivery]:
        """Those of the events from `first_seq` to `last_seq` of the log, in its order, without their bodies."""
        ...


class Deliveries(DeliveryReads, Protocol):
    async def add(self, *deliveries: WebhookDelivery) -> None: ...

    async def replace(self, delivery: WebhookDelivery) -> None:
        """NotFound where the organization has none of this id."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes up to `limit` that have rested since before a time, of whatever organization; how many there were."""
        ...
