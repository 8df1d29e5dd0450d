"""Tags.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class TicketCount:
    """A number that is counted up to a bound only."""

    value: int
    """At most 1000."""
    text: str
    """For display."""


@frozen(kw_only=True)
class TagView:
    """A word to sort tickets by."""

    id: UUID
    name: str
    description: str
    color: str | None
    ticket_count: TicketCount
    """How many tickets bear it, as `GET /tickets?tag=` lists."""
    created_at: datetime
    updated_at: datetime


@frozen
class Tags:
    """Tags."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[TagView]:
        """List tags.

        limit: How many at the most.
        """
        return self._calls.pages(TagView, "/api/v1/tags", {"limit": limit, "sort": sort})

    async def create(
        self,
        *,
        name: str,
        description: str | Unset = UNSET,
        color: str | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> TagView:
        """Set up a tag.

        color: For display.
        """
        answered: TagView = await self._calls.answer(
            TagView,
            "POST",
            "/api/v1/tags",
            body={"name": name, "description": description, "color": color},
            key=idempotency_key or True,
        )
        return answered

    async def read(self, tag_id: UUID | str) -> TagView:
        """Read a tag."""
        answered: TagView = await self._calls.answer(TagView, "GET", f"/api/v1/tags/{segment(tag_id)}")
        return answered

    async def change(
        self,
        tag_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        description: str | Unset = UNSET,
        color: str | None | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> TagView:
        """Change a tag.

        color: For display.
        """
        answered: TagView = await self._calls.answer(
            TagView,
            "PATCH",
            f"/api/v1/tags/{segment(tag_id)}",
            body={"name": name, "description": description, "color": color},
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, tag_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a tag away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/tags/{segment(tag_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
