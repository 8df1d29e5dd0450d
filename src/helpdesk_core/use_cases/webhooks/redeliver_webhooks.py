"""What happened within a time is delivered once more, and what was never delivered is made up for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from attrs import field, frozen

from helpdesk_core.deliveries import WebhookDelivery, WebhookDeliveryState, delivery_of
from helpdesk_core.errors import Conflict, InvalidValue
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import DeliveryId, JobId, NewId, OrganizationId, WebhookEndpointId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.webhooks.plan_deliveries import (
    existing_delivery,
    existing_endpoint,
    is_news_for,
    put_in_line,
    redeliver_step,
)
from helpdesk_core.webhook_endpoints import WebhookEndpoint

AT_ONCE = 200
"""Events that one job looks at; the next job goes on behind them."""
LONGEST_RANGE = timedelta(days=90)
OUT_OF_ORDER = timedelta(minutes=5)
"""So far at most times of neighbours in the log are out of order: units overlap, machines have clocks of their own."""


@frozen(kw_only=True)
class Range:
    """Events recorded from `since` until `until`, both included; `undelivered`: only what has not arrived yet."""

    since: datetime
    until: datetime
    undelivered: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether the time lies in it; times are shown with milliseconds, so the last one is meant whole."""
        return self.since <= at < self.until + timedelta(milliseconds=1)


@frozen
class RedeliverRange:
    """Puts a job in line that delivers again what an endpoint wants of a time, and what it missed while disabled."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        endpoint_id: UUID,
        since: datetime,
        until: datetime | None = None,
        *,
        undelivered: bool = False,
    ) -> Job:
        """InvalidValue for a time that is no range or too long, Conflict while the endpoint is disabled."""
        now = self.clock()
        wanted = Range(since=since, until=until or now, undelivered=undelivered)
        if wanted.until < since:
            raise InvalidValue("until", "must not be before since")
        if wanted.until - since > LONGEST_RANGE:
            raise InvalidValue("since", f"must be at most {LONGEST_RANGE.days} days before until")

        async def unit(work: Work) -> Job:
            endpoint = await existing_endpoint(organization_id, endpoint_id, work)
            if not endpoint.active:
                raise Conflict("The webhook endpoint is disabled; make it active first.")
            job = _job(organization_id, endpoint_id, wanted, None, now, now, self.new_id)
            await work.jobs.add(job)
            return job

        return await self.store.transact(unit)


@frozen
class RedeliverWebhooks:
    """Performs that job, some events at a time.

    Done twice it does nothing twice: what has been tried since somebody asked is left alone, and so is what is in line.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, job: Job) -> None:
        if job.organization_id is not None:
            await self.store.transact(partial(self._go_on, job, job.organization_id))

    async def _go_on(self, job: Job, organization_id: OrganizationId, work: Work) -> None:
        asked = _Asked.of(job)
        endpoint = await work.webhook_endpoints.get(organization_id, asked.endpoint_id)
        if endpoint is None or not endpoint.active:
            return
        place = asked.place
        if place is None:
            place = await place_before(organization_id, asked.range.since - OUT_OF_ORDER, work)
        events = (await work.log.since(organization_id, place, AT_ONCE)).events
        if not events:
            return
        await self._deliver(endpoint, events, asked, work)
        if events[-1].recorded_at <= asked.range.until + OUT_OF_ORDER:
            now, place = self.clock(), events[-1].seq
            following = _job(
                organization_id, asked.endpoint_id, asked.range, place, asked.at, now, self.new_id
            )
            await work.jobs.add(following)

    async def _deliver(
        self, endpoint: WebhookEndpoint, events: Sequence[DomainEvent], asked: "_Asked", work: Work
    ) -> None:
        id = WebhookEndpointId(endpoint.id)
        known = {
            delivery.seq: delivery
            for delivery in await work.deliveries.of_events(
                endpoint.organization_id, id, events[0].seq, events[-1].seq
            )
        }
        for event in events:
            if not asked.range.holds(event.recorded_at) or not is_news_for(endpoint, event):
                continue
            before = known.get(event.seq)
            if before is None:
                delivery = delivery_of(event, id, DeliveryId(self.new_id()), self.clock())
                await work.deliveries.add(delivery)
                await put_in_line(delivery, 0, self.new_id, work)
            elif asked.wants(before):
                whole = await existing_delivery(endpoint.organization_id, before.id, work)
                await redeliver_step(whole, self.clock, self.new_id, work)


async def place_before(organization_id: OrganizationId, at: datetime, work: Work) -> int:
    """The place in the log behind which everything was recorded at or after `at`, give or take what is out of order."""
    low, high = 0, (await work.log.since(organization_id, 0, 0)).last
    while low < high:
        middle = (low + high) // 2
        found = (await work.log.since(organization_id, middle, 1)).events
        if found and found[0].recorded_at < at:
            low = middle + 1
        else:
            high = middle
    return low


@frozen(kw_only=True)
class _Asked:
    """What the job's payload says."""

    endpoint_id: WebhookEndpointId
    range: Range
    at: datetime
    place: int | None = field(default=None)

    @classmethod
    def of(cls, job: Job) -> "_Asked":
        payload = job.payload
        return cls(
            endpoint_id=WebhookEndpointId(UUID(payload["endpoint_id"])),
            range=Range(
                since=datetime.fromisoformat(payload["since"]),
                until=datetime.fromisoformat(payload["until"]),
                undelivered=payload["undelivered"],
            ),
            at=datetime.fromisoformat(payload["asked_at"]),
            place=payload["place"],
        )

    def wants(self, delivery: WebhookDelivery) -> bool:
        """Whether the delivery is to be made again: it rests, and has done so since before somebody asked."""
        if delivery.finished_at is None or delivery.finished_at >= self.at:
            return False
        return not (self.range.undelivered and delivery.state is WebhookDeliveryState.DELIVERED)


def _job(
    organization_id: OrganizationId,
    endpoint_id: UUID,
    wanted: Range,
    place: int | None,
    asked_at: datetime,
    now: datetime,
    new_id: NewId,
) -> Job:
    payload: dict[str, Any] = {
        "endpoint_id": str(endpoint_id),
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
        "undelivered": wanted.undelivered,
        "asked_at": asked_at.isoformat(),
        "place": place,
    }
    return Job(JobId(new_id()), JobKind.REDELIVER_WEBHOOKS, payload, now, now, organization_id)
