"""Blocked senders.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class BlockedSenderView:
    """A rule that keeps senders out."""

    id: UUID
    pattern: str
    created_at: datetime


@frozen
class BlockedSenders:
    """Blocked senders."""

    _calls: Calls

    def list(
        self, *, limit: int | None = None, sort: Literal["created_at"] | None = None
    ) -> Pages[BlockedSenderView]:
        """List the rules that keep senders out, the oldest first.

        limit: How many at the most.
        """
        return self._calls.pages(BlockedSenderView, "/api/v1/blocked-senders", {"limit": limit, "sort": sort})

    async def create(self, *, pattern: str, idempotency_key: str | None = None) -> BlockedSenderView:
        """Keep senders out; their mail opens no ticket from now on."""
        answered: BlockedSenderView = await self._calls.answer(
            BlockedSenderView,
            "POST",
            "/api/v1/blocked-senders",
            body={"pattern": pattern},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self,
        blocked_sender_id: UUID | str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        """Let senders in again."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/blocked-senders/{segment(blocked_sender_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
