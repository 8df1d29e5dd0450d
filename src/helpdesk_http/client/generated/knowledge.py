"""Knowledge.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from attrs import frozen

from helpdesk_http.client.calls import Calls
from helpdesk_http.fields import camel


@frozen(kw_only=True)
class GapView:
    """A question to which nothing is written down."""

    question: str
    """As it was asked last, in short."""
    count: int
    """How many messages ask for it."""
    ticket_ids: Sequence[UUID]
    """Where, the newest first: ten at the most."""
    first_asked_at: datetime
    last_asked_at: datetime


@frozen(kw_only=True)
class KnowledgeGaps:
    """Those that were asked most often first."""

    data: Sequence[GapView]


@frozen(kw_only=True)
class SyncView:
    """How far a sync has come."""

    done: int
    """Articles and tickets that have been gone through."""
    total: int


@frozen(kw_only=True)
class KnowledgeView:
    """How much is known."""

    articles: int
    """Those that have passages, published or not."""
    tickets: int
    """Solved tickets that have passages."""
    passages: int
    with_vector: int
    """Passages that are found by their meaning, too; the others are by their words."""
    model: str | None
    """What makes the vectors; null where the extra `ai` is not installed."""
    syncing: SyncView | None
    """The sync at work; null while there is none."""
    synced_at: datetime | None
    """When the last sync ended."""


@camel
@frozen(kw_only=True)
class SyncOrdered:
    """SyncOrdered."""

    success: bool
    job_id: UUID
    documents: int
    """Articles and solved tickets that it goes through."""


@frozen
class Knowledge:
    """Knowledge."""

    _calls: Calls

    async def list_gaps(self, *, limit: int | None = None) -> KnowledgeGaps:
        """List questions that no article and no solved ticket answers, those that are alike together.

        They come from suggestions that found nothing. What finds something by now is left out, and
        so is what was
        dismissed (`POST /api/v1/suggestions/{suggestion_id}/dismiss`); of all that is left the
        newest 300 are looked at.

        limit: How many at the most.
        """
        answered: KnowledgeGaps = await self._calls.answer(
            KnowledgeGaps, "GET", "/api/v1/knowledge/gaps", query={"limit": limit}
        )
        return answered

    async def read(self) -> KnowledgeView:
        """Read how much the desk knows.

        It keeps up by itself; suggestions and similar tickets are found in it.
        """
        answered: KnowledgeView = await self._calls.answer(KnowledgeView, "GET", "/api/v1/knowledge")
        return answered

    async def sync(self) -> SyncOrdered:
        """Go through everything that may be known once more.

        All articles and the newest 20,000 solved tickets, by a job; what has not changed stays as
        it is. While one is at
        work, that one is named and no other begins.
        """
        answered: SyncOrdered = await self._calls.answer(SyncOrdered, "POST", "/api/admin/rag-sync")
        return answered
