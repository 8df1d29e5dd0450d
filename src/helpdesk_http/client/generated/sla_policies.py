"""SLA policies.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import ConditionBody
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class TargetBody:
    """How long it may take."""

    first_response_minutes: int | None | Unset = UNSET
    """Of opening hours; null: as long as it takes."""
    resolution_minutes: int | None | Unset = UNSET
    """Of opening hours; null: as long as it takes."""


@frozen(kw_only=True)
class TargetsBody:
    """A target for each priority that has one."""

    low: TargetBody | None | Unset = UNSET
    normal: TargetBody | None | Unset = UNSET
    high: TargetBody | None | Unset = UNSET
    urgent: TargetBody | None | Unset = UNSET


@frozen(kw_only=True)
class OpeningBody:
    """Open on a day of the week, from one time until another."""

    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    opens: str
    closes: str


@frozen(kw_only=True)
class HoursBody:
    """When the desk is open, by the wall clock of a time zone."""

    time_zone: str
    """Of the IANA database."""
    weekly: Sequence[OpeningBody]
    holidays: Sequence[date] | Unset = UNSET
    """Days on which it is closed."""


@frozen(kw_only=True)
class SlaPolicyView:
    """By when tickets are to be answered and resolved."""

    id: UUID
    name: str
    description: str
    targets: TargetsBody
    hours: HoursBody | None
    all: Sequence[ConditionBody]
    any: Sequence[ConditionBody]
    position: int
    active: bool
    created_at: datetime
    updated_at: datetime


@frozen
class SlaPolicies:
    """SLA policies."""

    _calls: Calls

    def list_service_level_policies(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[SlaPolicyView]:
        """List service level policies.

        limit: How many at the most.
        """
        return self._calls.pages(SlaPolicyView, "/api/v1/sla-policies", {"limit": limit, "sort": sort})

    async def create_service_level_policy(
        self,
        *,
        name: str,
        targets: TargetsBody | Mapping[str, Any],
        hours: HoursBody | None | Unset | Mapping[str, Any] = UNSET,
        all: Sequence[ConditionBody] | Unset = UNSET,
        any: Sequence[ConditionBody] | Unset = UNSET,
        description: str | Unset = UNSET,
        position: int | Unset = UNSET,
        active: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> SlaPolicyView:
        """Set up a service level policy.

        name: Unique among its kind.
        hours: Null: every minute counts.
        position: The lowest comes first.
        """
        answered: SlaPolicyView = await self._calls.answer(
            SlaPolicyView,
            "POST",
            "/api/v1/sla-policies",
            body={
                "name": name,
                "targets": targets,
                "hours": hours,
                "all": all,
                "any": any,
                "description": description,
                "position": position,
                "active": active,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read_service_level_policy(self, service_level_policy_id: UUID | str) -> SlaPolicyView:
        """Read a service level policy."""
        answered: SlaPolicyView = await self._calls.answer(
            SlaPolicyView, "GET", f"/api/v1/sla-policies/{segment(service_level_policy_id)}"
        )
        return answered

    async def change_service_level_policy(
        self,
        service_level_policy_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        targets: TargetsBody | Unset | Mapping[str, Any] = UNSET,
        hours: HoursBody | None | Unset | Mapping[str, Any] = UNSET,
        all: Sequence[ConditionBody] | Unset = UNSET,
        any: Sequence[ConditionBody] | Unset = UNSET,
        description: str | Unset = UNSET,
        position: int | Unset = UNSET,
        active: bool | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> SlaPolicyView:
        """Change a service level policy.

        name: Unique among its kind.
        hours: Null: every minute counts.
        position: The lowest comes first.
        """
        answered: SlaPolicyView = await self._calls.answer(
            SlaPolicyView,
            "PATCH",
            f"/api/v1/sla-policies/{segment(service_level_policy_id)}",
            body={
                "name": name,
                "targets": targets,
                "hours": hours,
                "all": all,
                "any": any,
                "description": description,
                "position": position,
                "active": active,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete_service_level_policy(
        self,
        service_level_policy_id: UUID | str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        """Take a service level policy away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/sla-policies/{segment(service_level_policy_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
