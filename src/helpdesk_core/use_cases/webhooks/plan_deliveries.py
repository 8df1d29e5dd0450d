"""Deliveries are put in line: for what has just happened, as a test, or once more."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from attrs import frozen

from helpdesk_core.deliveries import TEST_TYPE, WebhookDelivery, again, delivery_of
from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import DeliveryId, JobId, NewId, OrganizationId, WebhookEndpointId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.users import Actor
from helpdesk_core.webhook_endpoints import WebhookEndpoint


@frozen
class TellEndpoints:
    """Follows the log: every event that is no history makes one delivery for each active endpoint that wants it."""

    clock: Clock
    new_id: NewId

    async def __call__(self, events: Sequence[DomainEvent], work: Work) -> None:
        news = [event for event in events if not event.quiet]
        if not news:
            return
        endpoints = await work.webhook_endpoints.of(news[0].organization_id)
        active = [endpoint for endpoint in endpoints if endpoint.active]
        now = self.clock()
        deliveries = [
            delivery_of(event, WebhookEndpointId(endpoint.id), DeliveryId(self.new_id()), now)
            for event in news
            for endpoint in active
            if is_news_for(endpoint, event)
        ]
        await work.deliveries.add(*deliveries)
        for delivery in deliveries:
            await put_in_line(delivery, 0, self.new_id, work)


def is_news_for(endpoint: WebhookEndpoint, event: DomainEvent) -> bool:
    """Whether the endpoint is to hear of it."""
    return not event.quiet and event.seq >= endpoint.from_seq and endpoint.wants(event.type)


async def put_in_line(delivery: WebhookDelivery, step: int, new_id: NewId, work: Work) -> None:
    """The step: adds the job for the next try, the `step`-th (from 0) of this round."""
    if delivery.next_try_at is None:
        raise ValueError("a delivery that rests is not in line")
    await work.jobs.add(
        Job(
            id=JobId(new_id()),
            kind=JobKind.DELIVER_WEBHOOK,
            payload={"delivery_id": str(delivery.id), "attempt": delivery.attempts + 1, "step": step},
            run_at=delivery.next_try_at,
            created_at=delivery.next_try_at,
            organization_id=delivery.organization_id,
        )
    )


@frozen
class TestEndpoint:
    """Sends an endpoint a `webhook.test` event, which is in no log; also one that is disabled: does it work again?"""

    __test__ = False

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, endpoint_id: UUID, actor: Actor
    ) -> WebhookDelivery:
        async def unit(work: Work) -> WebhookDelivery:
            endpoint = await existing_endpoint(organization_id, endpoint_id, work)
            now = self.clock()
            event = DomainEvent(
                id=self.new_id(),
                organization_id=organization_id,
                type=TEST_TYPE,
                subject_type=endpoint.kind,
                subject_id=endpoint.id,
                actor=actor,
                occurred_at=now,
                recorded_at=now,
            )
            delivery = delivery_of(event, WebhookEndpointId(endpoint.id), DeliveryId(self.new_id()), now)
            await work.deliveries.add(delivery)
            await put_in_line(delivery, 0, self.new_id, work)
            return delivery

        return await self.store.transact(unit)


@frozen
class Redeliver:
    """Makes a delivery once more, at once, whatever became of it; Conflict while its endpoint is disabled."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> WebhookDelivery:
        return await self.store.transact(partial(self._redeliver, organization_id, delivery_id))

    async def _redeliver(
        self, organization_id: OrganizationId, delivery_id: DeliveryId, work: Work
    ) -> WebhookDelivery:
        delivery = await existing_delivery(organization_id, delivery_id, work)
        endpoint = await existing_endpoint(organization_id, delivery.endpoint_id, work)
        if not endpoint.active and delivery.type != TEST_TYPE:
            raise Conflict("The webhook endpoint is disabled; make it active first.")
        return await redeliver_step(delivery, self.clock, self.new_id, work)


async def redeliver_step(
    delivery: WebhookDelivery, clock: Clock, new_id: NewId, work: Work
) -> WebhookDelivery:
    """The step: the delivery, whole, begins a new round of tries."""
    renewed = again(delivery, clock())
    await work.deliveries.replace(renewed)
    await put_in_line(renewed, 0, new_id, work)
    return renewed


async def existing_endpoint(
    organization_id: OrganizationId, endpoint_id: UUID, view: View
) -> WebhookEndpoint:
    """The endpoint, or NotFound."""
    return existing(
        await view.webhook_endpoints.get(organization_id, endpoint_id), "webhook endpoint", endpoint_id
    )


async def existing_delivery(
    organization_id: OrganizationId, delivery_id: DeliveryId, view: View
) -> WebhookDelivery:
    """The delivery, whole, or NotFound."""
    return existing(await view.deliveries.get(organization_id, delivery_id), "webhook delivery", delivery_id)
