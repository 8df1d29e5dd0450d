"""Answers that wait for an account leave once it is connected again."""

from functools import partial
from typing import Final
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.correspondences import way_in
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId, OrganizationId
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import Job, JobKind, JobState
from helpdesk_core.message_sendings import may_have_left
from helpdesk_core.messages import BY_MESSAGE
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import JobFilter
from helpdesk_core.ports.store import Store, View, Work

WAITING: Final = JobFilter(state=JobState.FAILED, kind=JobKind.SEND_MESSAGE)
FIRST: Final = Page(limit=100, sort="created_at")


async def wake_answers(account: Integration, work: Work, occasion: Occasion) -> None:
    """The step: the job that wakes the answers which wait for this account, at a provider that has such."""
    if account.provider in BY_MESSAGE:
        payload = {"provider": account.provider, "account": account.external_id}
        await work.jobs.add(occasion.job(account.organization_id, JobKind.WAKE_ANSWERS, payload))


@frozen
class WakeAnswers:
    """Puts back in line whatever was to leave by an account and could not. Runs at least once.

    Of what may have left, word is still waited for.
    """

    store: Store
    clock: Clock

    async def __call__(self, job: Job) -> None:
        after: Position | None = None
        while True:
            after = await self.store.transact(partial(self._wake, job, evolve(FIRST, after=after)))
            if after is None:
                return

    async def _wake(self, job: Job, page: Page, work: Work) -> Position | None:
        """The unit: the place from which to go on; None where there is no more."""
        found = await work.jobs.page(WAITING, page)
        for waiting in found.items:
            ours = waiting.organization_id is not None and waiting.organization_id == job.organization_id
            if ours and await _waits(waiting, job, work):
                await work.jobs.retry(waiting.id, self.clock())
        return found.next


async def _waits(waiting: Job, job: Job, view: View) -> bool:
    """Whether the answer of this job goes out by the account, and none of it may be on its way."""
    organization_id = OrganizationId(UUID(str(waiting.organization_id)))
    answer_id = ConversationId(UUID(waiting.payload["conversation_id"]))
    answer = await view.conversations.get(organization_id, answer_id)
    way = way_in(answer.metadata) if answer is not None else None
    if answer is None or way is None or may_have_left(answer):
        return False
    return (way[0].value, way[1]) == (job.payload["provider"], job.payload["account"])
