"""Deliveries of events to webhook endpoints."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice, takewhile

from attrs import evolve

from helpdesk_adapters.storage.memory.arrangements import Arrangements
from helpdesk_adapters.storage.memory.pages import page_of, sorted_by
from helpdesk_adapters.storage.memory.tables import Journal, Refers, Sorted, Table
from helpdesk_core.deliveries import WebhookDelivery
from helpdesk_core.errors import NotFound
from helpdesk_core.ids import DeliveryId, OrganizationId, WebhookEndpointId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import DeliveryFilter
from helpdesk_core.webhook_endpoints import WebhookEndpoint


class Deliveries:
    def __init__(self, journal: Journal, endpoints: Arrangements[WebhookEndpoint]) -> None:
        self._lists = sorted_by(WebhookDelivery, ("created_at",), lambda row: row.endpoint_id)
        self._in_log = Sorted[DeliveryId, WebhookDelivery](
            lambda row: row.endpoint_id, lambda row: (row.seq, row.id)
        )
        self._resting = Sorted[DeliveryId, WebhookDelivery](
            lambda row: None if row.finished_at is None else "all", lambda row: (row.finished_at, row.id)
        )
        known = Refers[DeliveryId, WebhookDelivery](
            "webhook endpoint", lambda row: row.endpoint_id, endpoints.rows
        )
        self._rows = Table(journal, *self._lists.values(), self._in_log, self._resting, known)
        endpoints.rows.before_drop.append(self._go_with)

    async def get(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> WebhookDelivery | None:
        found = self._rows.get(delivery_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(
        self, organization_id: OrganizationId, wanted: DeliveryFilter, page: Page
    ) -> Slice[WebhookDelivery]:
        def keep(row: WebhookDelivery) -> bool:
            return (
                row.organization_id == organization_id
                and wanted.state in (None, row.state)
                and wanted.type in (None, row.type)
            )

        found = page_of(self._lists, wanted.endpoint_id, self._rows, page, keep)
        return Slice([evolve(row, body="") for row in found.items], found.next)

    async def of_events(
        self, organization_id: OrganizationId, endpoint_id: WebhookEndpointId, first_seq: int, last_seq: int
    ) -> Sequence[WebhookDelivery]:
        rows = (self._rows[key] for key in self._in_log.ascending(endpoint_id, (first_seq,)))
        wanted = takewhile(lambda row: row.seq <= last_seq, rows)
        return [evolve(row, body="") for row in wanted if row.organization_id == organization_id]

    async def add(self, *deliveries: WebhookDelivery) -> None:
        for delivery in deliveries:
            self._rows.add(delivery.id, delivery)

    async def replace(self, delivery: WebhookDelivery) -> None:
        if await self.get(delivery.organization_id, delivery.id) is None:
            raise NotFound("webhook delivery", delivery.id)
        self._rows.put(delivery.id, delivery)

    async def forget(self, before: datetime, limit: int) -> int:
        resting = (self._rows[key] for key in self._resting.ascending("all"))
        old = [row.id for row in islice(resting, limit) if row.finished_at and row.finished_at < before]
        for key in old:
            self._rows.drop(key)
        return len(old)

    def _go_with(self, endpoint: WebhookEndpoint) -> None:
        for key in tuple(self._in_log.ascending(endpoint.id)):
            self._rows.drop(key)
