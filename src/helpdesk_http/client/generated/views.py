"""Views.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.tickets import Channel, Priority, Status
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import TicketView
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class ViewFilterBody:
    """Which tickets a view shows: the filters of the list of tickets. What is left out does not
    matter.
    """

    status: Sequence[Status] | Unset = UNSET
    priority: Sequence[Priority] | Unset = UNSET
    channel: Sequence[Channel] | Unset = UNSET
    assignee_id: str | None | Unset = UNSET
    """`none` or null: nobody's."""
    team_id: UUID | Unset = UNSET
    customer_id: UUID | Unset = UNSET
    tag: str | Unset = UNSET
    created_after: datetime | Unset = UNSET
    created_before: datetime | Unset = UNSET
    updated_after: datetime | Unset = UNSET
    snoozed: bool | Unset = UNSET
    sla_breached: bool | Unset = UNSET
    q: str | Unset = UNSET
    """Words that must all occur; the last may be a beginning."""


@frozen(kw_only=True)
class ViewView:
    """A filter and an order of tickets under a name."""

    id: UUID
    name: str
    description: str
    filter: ViewFilterBody
    sort: str
    position: int
    user_id: UUID | None
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class NamedCountView:
    """A view's id, and how many tickets it shows."""

    id: UUID
    count: int
    capped: bool
    text: str
    """For display."""


@frozen(kw_only=True)
class CountsView:
    """The counts of several views; those that there are not are left out."""

    data: Sequence[NamedCountView]


@frozen(kw_only=True)
class CountView:
    """How many tickets a view shows; where it is `capped` there are more than `count`."""

    count: int
    capped: bool
    text: str
    """For display."""


@frozen
class Views:
    """Views."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[ViewView]:
        """List views.

        limit: How many at the most.
        """
        return self._calls.pages(ViewView, "/api/v1/views", {"limit": limit, "sort": sort})

    async def create(
        self,
        *,
        name: str,
        filter: ViewFilterBody | Unset | Mapping[str, Any] = UNSET,
        sort: Literal[
            "-created_at",
            "created_at",
            "-updated_at",
            "updated_at",
            "-last_message_at",
            "last_message_at",
            "-number",
            "number",
        ]
        | Unset = UNSET,
        description: str | Unset = UNSET,
        position: int | Unset = UNSET,
        user_id: UUID | None | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> ViewView:
        """Set up a view.

        name: Unique among its kind.
        position: The lowest comes first.
        user_id: Whose it is, for display; null: everybody's.
        """
        answered: ViewView = await self._calls.answer(
            ViewView,
            "POST",
            "/api/v1/views",
            body={
                "name": name,
                "filter": filter,
                "sort": sort,
                "description": description,
                "position": position,
                "user_id": user_id,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(self, view_id: UUID | str) -> ViewView:
        """Read a view."""
        answered: ViewView = await self._calls.answer(ViewView, "GET", f"/api/v1/views/{segment(view_id)}")
        return answered

    async def change(
        self,
        view_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        filter: ViewFilterBody | Unset | Mapping[str, Any] = UNSET,
        sort: Literal[
            "-created_at",
            "created_at",
            "-updated_at",
            "updated_at",
            "-last_message_at",
            "last_message_at",
            "-number",
            "number",
        ]
        | Unset = UNSET,
        description: str | Unset = UNSET,
        position: int | Unset = UNSET,
        user_id: UUID | None | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> ViewView:
        """Change a view.

        name: Unique among its kind.
        position: The lowest comes first.
        user_id: Whose it is, for display; null: everybody's.
        """
        answered: ViewView = await self._calls.answer(
            ViewView,
            "PATCH",
            f"/api/v1/views/{segment(view_id)}",
            body={
                "name": name,
                "filter": filter,
                "sort": sort,
                "description": description,
                "position": position,
                "user_id": user_id,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, view_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a view away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/views/{segment(view_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def count_several(self, *, ids: Sequence[UUID] | UUID) -> CountsView:
        """Count the tickets of several views, for a sidebar: up to a thousand each.

        ids: Views, with commas between them.
        """
        answered: CountsView = await self._calls.answer(
            CountsView, "GET", "/api/v1/views/counts", query={"ids": ids}
        )
        return answered

    def list_tickets(
        self,
        view_id: UUID | str,
        *,
        include: Sequence[Literal["customer", "conversations"]]
        | Literal["customer", "conversations"]
        | None = None,
        limit: int | None = None,
    ) -> Pages[TicketView]:
        """List the tickets that a view shows, in its order.

        limit: How many at the most.
        """
        return self._calls.pages(
            TicketView, f"/api/v1/views/{segment(view_id)}/tickets", {"include": include, "limit": limit}
        )

    async def count(self, view_id: UUID | str) -> CountView:
        """Count the tickets that a view shows, up to a thousand."""
        answered: CountView = await self._calls.answer(
            CountView, "GET", f"/api/v1/views/{segment(view_id)}/count"
        )
        return answered
