"""Knowledge.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from attrs import frozen

from helpdesk_http.client.calls import Calls


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
