"""What the desk knows, and going through it once more."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.knowledge.syncing import KnowledgeSync
from helpdesk_core.users import Role, Scope
from helpdesk_http.fields import About, camel
from helpdesk_http.operations import Operation, key, operation, session_or_key
from helpdesk_http.who import Caller


@frozen
class SyncView:
    """How far a sync has come."""

    done: Annotated[int, About(doc="Articles and tickets that have been gone through.")]
    total: int


@frozen(kw_only=True)
class KnowledgeView:
    """How much is known."""

    articles: Annotated[int, About(doc="Those that have passages, published or not.")]
    tickets: Annotated[int, About(doc="Solved tickets that have passages.")]
    passages: int
    with_vector: Annotated[
        int, About(doc="Passages that are found by their meaning, too; the others are by their words.")
    ]
    model: Annotated[
        str | None,
        About(
            doc="What makes the vectors; null where the extra `ai` is not installed.",
            example="multilingual-e5-small-q4",
        ),
    ]
    syncing: Annotated[SyncView | None, About(doc="The sync at work; null while there is none.")]
    synced_at: Annotated[datetime | None, About(doc="When the last sync ended.")]


@camel
@frozen
class SyncOrdered:
    success: bool
    job_id: UUID
    documents: Annotated[int, About(doc="Articles and solved tickets that it goes through.")]


async def read_knowledge(desk: Container, who: Caller) -> KnowledgeView:
    """Read how much the desk knows.

    It keeps up by itself; suggestions and similar tickets are found in it.
    """
    state = await desk.read_knowledge()(who.organization_id)
    return KnowledgeView(
        articles=state.count.articles,
        tickets=state.count.tickets,
        passages=state.count.passages,
        with_vector=state.count.with_vector,
        model=state.model,
        syncing=None if state.syncing is None else _progress(state.syncing),
        synced_at=None if state.last is None else state.last.finished_at,
    )


async def sync_knowledge(desk: Container, who: Caller) -> SyncOrdered:
    """Go through everything that may be known once more.

    All articles and the newest 20,000 solved tickets, by a job; what has not changed stays as it is. While one is at
    work, that one is named and no other begins.
    """
    sync = await desk.order_sync()(who.organization_id, who.actor)
    return SyncOrdered(True, sync.job_id, sync.total)


def _progress(sync: KnowledgeSync) -> SyncView:
    return SyncView(sync.done, sync.total)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/knowledge", read_knowledge, tag="Knowledge", auth=key(Scope.READ)),
    operation(
        "POST /api/admin/rag-sync",
        sync_knowledge,
        tag="Knowledge",
        auth=session_or_key(Role.ADMIN, Scope.ADMIN),
        status=202,
    ),
)
