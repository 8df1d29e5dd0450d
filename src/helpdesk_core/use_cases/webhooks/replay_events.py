"""Events of the inbox are performed again: because somebody asks, or because what they waited for is there."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from helpdesk_core.errors import existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, WebhookEventId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.webhooks.receive_webhook import performance_of
from helpdesk_core.webhooks import replayed


@frozen
class ReplayEvents:
    """Puts events back in line, all of them or, where one is unknown or already processed, none."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, event_ids: Sequence[WebhookEventId]) -> None:
        await self.store.transact(partial(self._replay, event_ids))

    async def _replay(self, event_ids: Sequence[WebhookEventId], work: Work) -> None:
        for event_id in event_ids:
            event = existing(await work.inbox.get(event_id), "webhook event", event_id)
            await work.inbox.replace(replayed(event))
            await work.jobs.add(performance_of(event, self.clock(), self.new_id))


AT_ONCE = 200
"""Events that are woken in one unit of work."""


async def wake_what_waits(
    organization_id: OrganizationId, provider: str, account: str, work: Work, occasion: Occasion
) -> None:
    """The step: the job that wakes the events which wait for this account, where there are any."""
    if await work.inbox.waiting(provider, account, 1):
        payload = {"provider": provider, "account": account}
        await work.jobs.add(occasion.job(organization_id, JobKind.WAKE_EVENTS, payload))


@frozen
class WakeEvents:
    """Puts back in line what came in before its account was connected."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, job: Job) -> None:
        while await self.store.transact(partial(self._wake, job.payload["provider"], job.payload["account"])):
            pass

    async def _wake(self, provider: str, account: str, work: Work) -> bool:
        """Whether there may be more."""
        waiting = await work.inbox.waiting(provider, account, AT_ONCE)
        for event in waiting:
            await work.inbox.replace(replayed(event))
            await work.jobs.add(performance_of(event, self.clock(), self.new_id))
        return len(waiting) == AT_ONCE
