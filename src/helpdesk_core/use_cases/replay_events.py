"""Events of the inbox are performed again."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from helpdesk_core.errors import existing
from helpdesk_core.ids import NewId, WebhookEventId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.receive_webhook import performance_of
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
