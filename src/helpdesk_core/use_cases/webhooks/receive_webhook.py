"""A provider posts something: prove it, keep it, be done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.errors import MissingSetting
from helpdesk_core.ids import JobId, NewId, WebhookEventId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.webhooks import Delivery, UnreadableDelivery, WebhookEvent, WebhookProvider

LONGEST_NAME = 1000
"""Characters of an event's id and type; an index of PostgreSQL takes no entry of much more."""


@frozen
class Admitted:
    """How many events of a delivery were new; the others were known already."""

    new: int
    known: int
    external_ids: tuple[str, ...] = ()
    """The provider's event ids of all of them."""


@frozen
class ReceiveWebhook:
    """Admits deliveries to the inbox, once each; the work itself is a job.

    Returns once every item is durable. Raises MissingSetting while the provider's secret is not set, BadSignature
    and UnreadableDelivery with nothing stored, StoreUnavailable where it could not be kept: the provider will try
    again then.
    """

    store: Store
    clock: Clock
    new_id: NewId
    head_start: timedelta = timedelta(0)
    """How long the job leaves the event to whoever received it."""

    async def __call__(
        self, provider: WebhookProvider, secrets: Sequence[str], delivery: Delivery
    ) -> Admitted:
        return await self.keep(self.proven(provider, secrets, delivery))

    def proven(
        self, provider: WebhookProvider, secrets: Sequence[str], delivery: Delivery
    ) -> Sequence[WebhookEvent]:
        """The events of a delivery, of which nothing is kept yet. Raises as calling it does."""
        if not any(secrets):
            raise MissingSetting(
                provider.secret_setting, f"without it no {provider.name} webhook can be proven"
            )
        now = self.clock()
        proven = provider.verify(delivery, secrets, now)
        items = provider.split(delivery, proven)
        if any(max(len(item.external_id), len(item.type)) > LONGEST_NAME for item in items):
            raise UnreadableDelivery("The id of an event, or its type, is too long.")
        return [
            WebhookEvent(
                WebhookEventId(self.new_id()), provider.name, item.external_id, item.type, item.raw, now
            )
            for item in items
        ]

    async def keep(self, events: Sequence[WebhookEvent]) -> Admitted:
        """Keeps those that are new, each with its job."""
        return await self.store.transact(partial(admit, events, self.new_id, head_start=self.head_start))


async def admit(
    events: Sequence[WebhookEvent], new_id: NewId, work: Work, *, head_start: timedelta = timedelta(0)
) -> Admitted:
    """The step: keeps the new ones, each with the job that will perform it."""
    new = 0
    for event in events:
        if await work.inbox.admit(event):
            job = performance_of(event, event.received_at, new_id)
            await work.jobs.add(evolve(job, run_at=job.run_at + head_start))
            new += 1
    return Admitted(new, len(events) - new, tuple(event.external_id for event in events))


def performance_of(event: WebhookEvent, at: datetime, new_id: NewId) -> Job:
    """The job that performs this event."""
    return Job(
        id=JobId(new_id()),
        kind=JobKind.PERFORM_EVENT,
        payload={"event_id": str(event.id)},
        run_at=at,
        created_at=at,
        organization_id=event.organization_id,
    )
