"""Teams.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class TeamView:
    """A group of users that tickets are handed to."""

    id: UUID
    name: str
    description: str
    member_ids: Sequence[UUID]
    created_at: datetime
    updated_at: datetime


@frozen
class Teams:
    """Teams."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[TeamView]:
        """List teams.

        limit: How many at the most.
        """
        return self._calls.pages(TeamView, "/api/v1/teams", {"limit": limit, "sort": sort})

    async def create(
        self,
        *,
        name: str,
        description: str | Unset = UNSET,
        member_ids: Sequence[UUID] | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> TeamView:
        """Set up a team.

        name: Unique among its kind.
        member_ids: Users of the organization.
        """
        answered: TeamView = await self._calls.answer(
            TeamView,
            "POST",
            "/api/v1/teams",
            body={"name": name, "description": description, "member_ids": member_ids},
            key=idempotency_key or True,
        )
        return answered

    async def read(self, team_id: UUID | str) -> TeamView:
        """Read a team."""
        answered: TeamView = await self._calls.answer(TeamView, "GET", f"/api/v1/teams/{segment(team_id)}")
        return answered

    async def change(
        self,
        team_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        description: str | Unset = UNSET,
        member_ids: Sequence[UUID] | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> TeamView:
        """Change a team.

        name: Unique among its kind.
        member_ids: Users of the organization.
        """
        answered: TeamView = await self._calls.answer(
            TeamView,
            "PATCH",
            f"/api/v1/teams/{segment(team_id)}",
            body={"name": name, "description": description, "member_ids": member_ids},
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, team_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a team away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/teams/{segment(team_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
