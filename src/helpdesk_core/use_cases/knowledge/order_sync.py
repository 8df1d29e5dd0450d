"""Everything that may be known is gone through once more: a sync is put in line, or the one that runs is named."""

from attrs import evolve, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.jobs import JobKind, JobState
from helpdesk_core.knowledge.syncing import MOST_TICKETS, KnowledgeSync, as_text, from_text
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Status
from helpdesk_core.users import Actor

SOLVED = TicketFilter(status=(Status.RESOLVED, Status.CLOSED))
MOST_ARTICLES = 100_000
"""As far as articles are counted beforehand; a sync goes through all of them."""
AT_WORK = frozenset({JobState.QUEUED, JobState.RUNNING, JobState.FAILED})


@frozen
class OrderSync:
    """Puts a sync of an organization's knowledge in line; while one is at work, that one is named."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, actor: Actor) -> KnowledgeSync:
        async def unit(work: Work) -> KnowledgeSync:
            return await order_sync_step(organization_id, work, Occasion(self.clock(), self.new_id, actor))

        return await self.store.transact(unit)


async def order_sync_step(
    organization_id: OrganizationId, work: Work, occasion: Occasion, *, again: bool = False
) -> KnowledgeSync:
    """The step: the sync that is at work, or a new one.

    again: something has come that one at work may have passed by already; it is to begin anew when it is through.
    """
    sync = await sync_at_work(organization_id, work)
    if sync is not None:
        if again and not sync.again:
            sync = evolve(sync, again=True)
            await work.facts.put(fact_of(organization_id), as_text(sync))
        return sync
    articles = await work.articles.count(organization_id, MOST_ARTICLES)
    tickets = await work.tickets.count(organization_id, SOLVED, MOST_TICKETS)
    job = occasion.job(organization_id, JobKind.SYNC_KNOWLEDGE, {})
    sync = KnowledgeSync(job_id=job.id, total=articles + tickets, ordered_at=occasion.at)
    await work.facts.put(fact_of(organization_id), as_text(sync))
    await work.jobs.add(job)
    return sync


async def last_sync(organization_id: OrganizationId, view: View) -> KnowledgeSync | None:
    """The sync that was ordered last, however it stands."""
    return from_text(await view.facts.get(fact_of(organization_id)))


async def sync_at_work(organization_id: OrganizationId, view: View) -> KnowledgeSync | None:
    """The sync that goes on, or will by itself; not one whose job has been given up."""
    sync = await last_sync(organization_id, view)
    if sync is None or sync.is_over:
        return None
    job = await view.jobs.get(sync.job_id)
    return sync if job is not None and job.state in AT_WORK else None


def fact_of(organization_id: OrganizationId) -> str:
    """By which name the store remembers how far a sync has come."""
    return f"knowledge_sync:{organization_id}"
