"""Passages get the vectors by which they are found."""

from collections.abc import Mapping, Sequence
from functools import partial

from attrs import field, frozen

from helpdesk_core.ids import JobId, NewId, OrganizationId, PassageId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.knowledge.passages import Passage
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.models import Embedder, Vector
from helpdesk_core.ports.store import Store, View, Work

AT_ONCE = 32
MOST_BATCHES = 100
"""Of one job; another one goes on, so that no worker is kept by it for long."""


@frozen
class EmbedPassages:
    """Gives every passage that has none a vector of the present model, those of another model a new one.

    A passage that was cut anew or taken away meanwhile keeps none: a vector belongs to one passage, which never
    changes. Without an embedder nothing is done. In one process an organization's are done by one at a time: whoever
    comes meanwhile leaves it to that one, which then looks once more.
    """

    store: Store
    embedder: Embedder | None
    clock: Clock
    new_id: NewId
    _again: dict[OrganizationId | None, bool] = field(factory=dict, init=False, repr=False)
    """Of whom they are being made, and whether somebody has come meanwhile."""

    async def __call__(self, organization_id: OrganizationId | None = None) -> int:
        """Of one organization or of all; how many got a vector."""
        if organization_id in self._again:
            self._again[organization_id] = True
            return 0
        self._again[organization_id] = False
        try:
            return await self._most(organization_id)
        finally:
            del self._again[organization_id]

    async def _most(self, organization_id: OrganizationId | None) -> int:
        done = 0
        for _ in range(MOST_BATCHES):
            self._again[organization_id] = False
            batch = await self.some(organization_id)
            if not batch and not self._again[organization_id]:
                return done
            done += batch
        await self.store.transact(partial(self._go_on, organization_id))
        return done

    async def some(self, organization_id: OrganizationId | None) -> int:
        """Gives the next few their vectors; how many there were."""
        if self.embedder is None:
            return 0
        model = self.embedder.model
        batch = await self.store.read(partial(_batch, organization_id, model))
        if batch:
            vectors = await self.embedder.passages([passage.words for passage in batch])
            made = {one.id: vector for one, vector in zip(batch, vectors, strict=True)}
            await self.store.transact(partial(_keep, model, made))
        return len(batch)

    async def _go_on(self, organization_id: OrganizationId | None, work: Work) -> None:
        now = self.clock()
        job = Job(JobId(self.new_id()), JobKind.EMBED_PASSAGES, {}, now, now, organization_id)
        await work.jobs.add(job)


async def _batch(organization_id: OrganizationId | None, model: str, view: View) -> Sequence[Passage]:
    return await view.passages.without_vector(model, AT_ONCE, organization_id)


async def _keep(model: str, vectors: Mapping[PassageId, Vector], work: Work) -> None:
    await work.passages.keep_vectors(model, vectors)
