"""Rules.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.conditions import Operator
from helpdesk_core.conversations import Kind
from helpdesk_core.rules import Trigger
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import ActionBody, ConditionBody
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class RuleView:
    """What the desk does by itself when something happens to a ticket."""

    id: UUID
    name: str
    description: str
    events: Sequence[Trigger]
    kinds: Sequence[Kind]
    all: Sequence[ConditionBody]
    any: Sequence[ConditionBody]
    actions: Sequence[ActionBody]
    position: int
    active: bool
    stop_after: bool
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class VerdictView:
    """One condition, and whether it holds."""

    group: Literal["all", "any"]
    field: str
    operator: Operator
    value: Any
    holds: bool


@frozen(kw_only=True)
class RuleTestView:
    """Whether a rule's conditions hold for a ticket, together and each by itself."""

    matches: bool
    conditions: Sequence[VerdictView]


@frozen
class Rules:
    """Rules."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[RuleView]:
        """List rules.

        limit: How many at the most.
        """
        return self._calls.pages(RuleView, "/api/v1/rules", {"limit": limit, "sort": sort})

    async def create(
        self,
        *,
        name: str,
        events: Sequence[Trigger],
        actions: Sequence[ActionBody],
        kinds: Sequence[Kind] | Unset = UNSET,
        all: Sequence[ConditionBody] | Unset = UNSET,
        any: Sequence[ConditionBody] | Unset = UNSET,
        description: str | Unset = UNSET,
        position: int | Unset = UNSET,
        active: bool | Unset = UNSET,
        stop_after: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> RuleView:
        """Set up a rule.

        name: Unique among its kind.
        events: What wakes it.
        actions: Done all or none; a text has at most 50,000 characters.
        kinds: Of messages, which wake it; none named: all.
        position: The lowest comes first.
        stop_after: No rule behind it looks at an event on which it has acted.
        """
        answered: RuleView = await self._calls.answer(
            RuleView,
            "POST",
            "/api/v1/rules",
            body={
                "name": name,
                "events": events,
                "actions": actions,
                "kinds": kinds,
                "all": all,
                "any": any,
                "description": description,
                "position": position,
                "active": active,
                "stop_after": stop_after,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(self, rule_id: UUID | str) -> RuleView:
        """Read a rule."""
        answered: RuleView = await self._calls.answer(RuleView, "GET", f"/api/v1/rules/{segment(rule_id)}")
        return answered

    async def change(
        self,
        rule_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        events: Sequence[Trigger] | Unset = UNSET,
        actions: Sequence[ActionBody] | Unset = UNSET,
        kinds: Sequence[Kind] | Unset = UNSET,
        all: Sequence[ConditionBody] | Unset = UNSET,
        any: Sequence[ConditionBody] | Unset = UNSET,
        description: str | Unset = UNSET,
        position: int | Unset = UNSET,
        active: bool | Unset = UNSET,
        stop_after: bool | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> RuleView:
        """Change a rule.

        name: Unique among its kind.
        events: What wakes it.
        actions: Done all or none; a text has at most 50,000 characters.
        kinds: Of messages, which wake it; none named: all.
        position: The lowest comes first.
        stop_after: No rule behind it looks at an event on which it has acted.
        """
        answered: RuleView = await self._calls.answer(
            RuleView,
            "PATCH",
            f"/api/v1/rules/{segment(rule_id)}",
            body={
                "name": name,
                "events": events,
                "actions": actions,
                "kinds": kinds,
                "all": all,
                "any": any,
                "description": description,
                "position": position,
                "active": active,
                "stop_after": stop_after,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, rule_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a rule away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/rules/{segment(rule_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def test(
        self, rule_id: UUID | str, *, ticket_id: UUID, idempotency_key: str | None = None
    ) -> RuleTestView:
        """See whether a rule's conditions hold for a ticket as it stands.

        Nothing is done. `message` is the ticket's last one; what only an event has (`changed`,
        `rating.score`) is not set.
        """
        answered: RuleTestView = await self._calls.answer(
            RuleTestView,
            "POST",
            f"/api/v1/rules/{segment(rule_id)}/test",
            body={"ticket_id": ticket_id},
            key=idempotency_key or True,
        )
        return answered
