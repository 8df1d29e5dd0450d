"""Macros.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.conversations import Kind
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import ActionBody, TicketView
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class MacroView:
    """What agents do again and again, prepared."""

    id: UUID
    name: str
    description: str
    actions: Sequence[ActionBody]
    team_id: UUID | None
    active: bool
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class AppliedView:
    """The ticket after a macro, and the messages that it posted."""

    ticket: TicketView
    conversation_ids: Sequence[UUID]


@frozen(kw_only=True)
class SaidView:
    """A text as it will be posted."""

    kind: Kind
    text: str


@frozen(kw_only=True)
class PreviewView:
    """What a macro would do: properties of the ticket as they would be, and texts, placeholders filled
    in.
    """

    changes: Mapping[str, Any]
    texts: Sequence[SaidView]


@frozen
class Macros:
    """Macros."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[MacroView]:
        """List macros.

        limit: How many at the most.
        """
        return self._calls.pages(MacroView, "/api/v1/macros", {"limit": limit, "sort": sort})

    async def create(
        self,
        *,
        name: str,
        actions: Sequence[ActionBody],
        description: str | Unset = UNSET,
        team_id: UUID | None | Unset = UNSET,
        active: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> MacroView:
        """Set up a macro.

        name: Unique among its kind.
        actions: Done all or none; a text has at most 50,000 characters.
        team_id: Whose it is, for display; null: everybody's.
        """
        answered: MacroView = await self._calls.answer(
            MacroView,
            "POST",
            "/api/v1/macros",
            body={
                "name": name,
                "actions": actions,
                "description": description,
                "team_id": team_id,
                "active": active,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(self, macro_id: UUID | str) -> MacroView:
        """Read a macro."""
        answered: MacroView = await self._calls.answer(
            MacroView, "GET", f"/api/v1/macros/{segment(macro_id)}"
        )
        return answered

    async def change(
        self,
        macro_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        actions: Sequence[ActionBody] | Unset = UNSET,
        description: str | Unset = UNSET,
        team_id: UUID | None | Unset = UNSET,
        active: bool | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> MacroView:
        """Change a macro.

        name: Unique among its kind.
        actions: Done all or none; a text has at most 50,000 characters.
        team_id: Whose it is, for display; null: everybody's.
        """
        answered: MacroView = await self._calls.answer(
            MacroView,
            "PATCH",
            f"/api/v1/macros/{segment(macro_id)}",
            body={
                "name": name,
                "actions": actions,
                "description": description,
                "team_id": team_id,
                "active": active,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, macro_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a macro away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/macros/{segment(macro_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def apply(
        self, macro_id: UUID | str, *, ticket_id: UUID, idempotency_key: str | None = None
    ) -> AppliedView:
        """Do a macro's actions to a ticket: all of them, or none."""
        answered: AppliedView = await self._calls.answer(
            AppliedView,
            "POST",
            f"/api/v1/macros/{segment(macro_id)}/apply",
            body={"ticket_id": ticket_id},
            key=idempotency_key or True,
        )
        return answered

    async def preview(
        self, macro_id: UUID | str, *, ticket_id: UUID, idempotency_key: str | None = None
    ) -> PreviewView:
        """See what a macro would do to a ticket. Nothing is done."""
        answered: PreviewView = await self._calls.answer(
            PreviewView,
            "POST",
            f"/api/v1/macros/{segment(macro_id)}/preview",
            body={"ticket_id": ticket_id},
            key=idempotency_key or True,
        )
        return answered
