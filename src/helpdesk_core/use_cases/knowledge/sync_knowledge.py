"""A sync goes through everything that may be known: page after page, from wherever it stands."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ArticleId, JobId, NewId, OrganizationId, TicketId
from helpdesk_core.knowledge.cutting import Cut
from helpdesk_core.knowledge.passages import SourceKind
from helpdesk_core.knowledge.syncing import KnowledgeSync, Phase, advanced, as_text
from helpdesk_core.paging import Page, Position
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.models import Embedder
from helpdesk_core.ports.offload import Offload
from helpdesk_core.ports.repositories import ArticleFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import DONE
from helpdesk_core.use_cases.knowledge.learn_sources import (
    Material,
    cut,
    learn_step,
    material_of,
    order_embedding_step,
    solved_ticket,
)
from helpdesk_core.use_cases.knowledge.order_sync import SOLVED, fact_of, last_sync, order_sync_step
from helpdesk_core.users import DESK

ARTICLES_AT_ONCE = 10
TICKETS_AT_ONCE = 25
WEEDED_AT_ONCE = 200


@frozen
class SyncPage:
    """Sources that come next, with what there is to learn of them where that was read, and the place behind them."""

    source: SourceKind
    ids: Sequence[UUID]
    materials: Mapping[UUID, Material]
    next: Position | None


@frozen
class SyncKnowledge:
    """Takes a sync to its end.

    What a page taught and the place behind it are one unit of work, so a sync that was killed goes on behind the last
    whole page, and two who do the same one do no page twice. Cutting is done beside everything else.
    """

    store: Store
    offload: Offload
    clock: Clock
    new_id: NewId
    embedder: Embedder | None
    """Without one, passages get no vectors."""

    async def __call__(self, organization_id: OrganizationId, job_id: JobId) -> None:
        """Does nothing where another job's sync has taken its place."""
        while True:
            sync = await self.store.read(lambda view: last_sync(organization_id, view))
            if sync is None or sync.job_id != job_id or sync.is_over:
                return
            page = await self._page(organization_id, sync)
            prepared = {
                id: (material, await self.offload(cut, material)) for id, material in page.materials.items()
            }
            if not await self._take(organization_id, sync, page, prepared):
                return

    async def one(self, organization_id: OrganizationId, source: SourceKind, source_id: UUID) -> None:
        """Learns a single source that takes long to cut; without one it is forgotten."""
        material = await self.store.read(lambda view: material_of(organization_id, source, source_id, view))
        prepared = {source_id: (material, await self.offload(cut, material))} if material is not None else {}

        async def unit(work: Work) -> None:
            learned = await learn_step(organization_id, source, [source_id], work, self.new_id, prepared)
            if learned and self.embedder is not None:
                occasion = Occasion(self.clock(), self.new_id, DESK)
                await order_embedding_step(organization_id, work, occasion)

        await self.store.transact(unit)

    async def _page(self, organization_id: OrganizationId, sync: KnowledgeSync) -> SyncPage:
        async def unit(view: View) -> SyncPage:
            match sync.phase:
                case Phase.ARTICLES:
                    return await _articles(organization_id, sync.after, view)
                case Phase.TICKETS:
                    return await _tickets(organization_id, sync.after, view)
            return await _known(organization_id, sync.after, view)

        return await self.store.read(unit)

    async def _take(
        self,
        organization_id: OrganizationId,
        sync: KnowledgeSync,
        page: SyncPage,
        prepared: Mapping[UUID, tuple[Material, Cut]],
    ) -> bool:
        async def unit(work: Work) -> bool:
            fresh = await last_sync(organization_id, work)
            if fresh is None or evolve(fresh, again=sync.again) != sync:
                return False  # another one does this, too, and was faster
            occasion = Occasion(self.clock(), self.new_id, DESK)
            ids = page.ids
            learned = await learn_step(organization_id, page.source, ids, work, self.new_id, prepared)
            moved = advanced(fresh, len(ids), page.next, occasion.at)
            await work.facts.put(fact_of(organization_id), as_text(moved))
            if self.embedder is not None and (learned or moved.is_over):
                await order_embedding_step(organization_id, work, occasion)
            if moved.is_over and moved.again:
                await order_sync_step(organization_id, work, occasion)
            return True

        return await self.store.transact(unit)


async def _articles(organization_id: OrganizationId, after: Position | None, view: View) -> SyncPage:
    page = Page(ARTICLES_AT_ONCE, "created_at", after)
    found = await view.articles.page(organization_id, ArticleFilter(), page)
    materials: dict[UUID, Material] = {article.id: article for article in found.items}
    return SyncPage(SourceKind.ARTICLE, list(materials), materials, found.next)


async def _tickets(organization_id: OrganizationId, after: Position | None, view: View) -> SyncPage:
    found = await view.tickets.page(organization_id, SOLVED, Page(TICKETS_AT_ONCE, "-created_at", after))
    materials: dict[UUID, Material] = {}
    for ticket in found.items:
        solved = await solved_ticket(ticket, view)
        if solved is not None:
            materials[ticket.id] = solved
    return SyncPage(SourceKind.TICKET, [ticket.id for ticket in found.items], materials, found.next)


async def _known(organization_id: OrganizationId, after: Position | None, view: View) -> SyncPage:
    """Of what is known, that which has no source any more: first of the articles, then of the tickets."""
    source = SourceKind.TICKET if after is not None and after.value == _TICKETS else SourceKind.ARTICLE
    behind = None if after is None or after.id == _NOWHERE else after.id
    found = await view.passages.sources(organization_id, source, behind, WEEDED_AT_ONCE)
    gone = [id for id in found if not await _is_there(organization_id, source, id, view)]
    following: Position | None = None
    if len(found) == WEEDED_AT_ONCE:
        following = Position(_TICKETS if source is SourceKind.TICKET else _ARTICLES, found[-1])
    elif source is SourceKind.ARTICLE:
        following = Position(_TICKETS, _NOWHERE)
    return SyncPage(source, gone, {}, following)


async def _is_there(organization_id: OrganizationId, source: SourceKind, id: UUID, view: View) -> bool:
    if source is SourceKind.ARTICLE:
        return await view.articles.get(organization_id, ArticleId(id)) is not None
    ticket = await view.tickets.get(organization_id, TicketId(id))
    return ticket is not None and ticket.status in DONE and ticket.merged_into_id is None


_ARTICLES, _TICKETS = 0, 1
_NOWHERE = UUID(int=0)
"""Before everything that is known."""
