"""Jobs that rest are tried again."""

from collections.abc import Sequence
from functools import partial

from attrs import frozen

from helpdesk_core.errors import NotFound
from helpdesk_core.ids import JobId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work


@frozen
class RetryJobs:
    """Puts dead or failed jobs back in line, all of them or, where one is unknown or in another state, none."""

    store: Store
    clock: Clock

    async def __call__(self, job_ids: Sequence[JobId]) -> None:
        await self.store.transact(partial(self._retry, job_ids))

    async def _retry(self, job_ids: Sequence[JobId], work: Work) -> None:
        for job_id in job_ids:
            if await work.jobs.get(job_id) is None:
                raise NotFound("job", job_id)
            await work.jobs.retry(job_id, self.clock())
