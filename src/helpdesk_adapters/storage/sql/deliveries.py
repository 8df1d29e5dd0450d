"""Deliveries of events to webhook endpoints."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, delete, select

from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository, check_sort, ordered, paging
from helpdesk_adapters.storage.sql.mapping import deliveries as mapping
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import DeliveryRow
from helpdesk_core.deliveries import WebhookDelivery
from helpdesk_core.ids import DeliveryId, OrganizationId, WebhookEndpointId
from helpdesk_core.paging import Page, Slice, cut
from helpdesk_core.ports.repositories import DeliveryFilter

DELIVERIES = Kept(
    "webhook delivery", DeliveryRow, mapping.DELIVERY, mapping.to_delivery, mapping.delivery_row
)
_c = DELIVERIES.c
_LISTED = select(*(_c[name] for name in mapping.DELIVERY if name != "body")).where(
    _c.endpoint_id == bindparam("endpoint_id"), _c.organization_id == bindparam("organization_id")
)


class DeliveryReads(Repository):
    _OF_EVENTS = Prepared(
        _LISTED.where(_c.seq >= bindparam("first"), _c.seq <= bindparam("last")).order_by(_c.seq)
    )

    async def get(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> WebhookDelivery | None:
        found = await DELIVERIES.get(self._db, delivery_id, organization_id)
        return found if found is not None and found.organization_id == organization_id else None

    async def page(
        self, organization_id: OrganizationId, wanted: DeliveryFilter, page: Page
    ) -> Slice[WebhookDelivery]:
        check_sort(page, "created_at")
        equal = {"state": None if wanted.state is None else wanted.state.value, "type": wanted.type}
        given = {name: value for name, value in equal.items() if value is not None}
        prepared = _listing(tuple(given), page.sort, page.after is not None)
        params = {"organization_id": organization_id, "endpoint_id": wanted.endpoint_id, **given}
        return cut(await DELIVERIES.every(self._db, prepared, {**params, **paging(page)}), page)

    async def of_events(
        self, organization_id: OrganizationId, endpoint_id: WebhookEndpointId, first_seq: int, last_seq: int
    ) -> Sequence[WebhookDelivery]:
        params = {
            "organization_id": organization_id,
            "endpoint_id": endpoint_id,
            "first": first_seq,
            "last": last_seq,
        }
        return await DELIVERIES.every(self._db, self._OF_EVENTS, params)


class Deliveries(DeliveryReads):
    _ADD = Prepared(inserting(DELIVERIES.table))
    _OLD = select(_c.id).where(_c.finished_at < bindparam("before")).order_by(_c.finished_at)
    _FORGET = Prepared(delete(DELIVERIES.table).where(_c.id.in_(_OLD.limit(bindparam(LIMIT)))))

    async def add(self, *deliveries: WebhookDelivery) -> None:
        if deliveries:
            await self._db.send(self._ADD, [mapping.delivery_row(delivery) for delivery in deliveries])

    async def replace(self, delivery: WebhookDelivery) -> None:
        await DELIVERIES.replace(self._db, delivery)

    async def forget(self, before: datetime, limit: int) -> int:
        return await self._db.execute(self._FORGET, {"before": before, LIMIT: limit})


@lru_cache(16)
def _listing(given: tuple[str, ...], sort: str, after: bool) -> Prepared:
    index = "ix_webhook_deliveries_state" if "state" in given else "ix_webhook_deliveries_created"
    statement = _LISTED.with_hint(DELIVERIES.table, f"INDEXED BY {index}", "sqlite")
    statement = statement.where(*(_c[name] == bindparam(name) for name in given))
    return Prepared(ordered(statement, _c.created_at, _c.id, Page(sort=sort), after=after))
