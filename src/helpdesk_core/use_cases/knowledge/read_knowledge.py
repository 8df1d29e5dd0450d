"""How much an organization knows, and whether that is being gone through."""

from attrs import frozen

from helpdesk_core.ids import OrganizationId
from helpdesk_core.knowledge.syncing import KnowledgeSync
from helpdesk_core.ports.models import Embedder
from helpdesk_core.ports.repositories import KnowledgeCount
from helpdesk_core.ports.store import Store, View
from helpdesk_core.use_cases.knowledge.order_sync import last_sync, sync_at_work


@frozen
class KnowledgeState:
    """What is known, by which model it has vectors (None: by none), and the syncs: the one at work, the last one."""

    count: KnowledgeCount
    model: str | None
    syncing: KnowledgeSync | None
    last: KnowledgeSync | None


@frozen
class ReadKnowledge:
    """Tells how much an organization knows."""

    store: Store
    embedder: Embedder | None

    async def __call__(self, organization_id: OrganizationId) -> KnowledgeState:
        model = None if self.embedder is None else self.embedder.model

        async def unit(view: View) -> KnowledgeState:
            return KnowledgeState(
                await view.passages.count(organization_id, model),
                model,
                await sync_at_work(organization_id, view),
                await last_sync(organization_id, view),
            )

        return await self.store.read(unit)
