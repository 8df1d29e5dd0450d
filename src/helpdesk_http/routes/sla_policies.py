"""SLA policies."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from attrs import frozen

from helpdesk_core.business_hours import (
    MOST_HOLIDAYS,
    MOST_INTERVALS,
    BusinessHours,
    Day,
    Opening,
)
from helpdesk_core.sla import LONGEST, SlaPolicy, Target, Targets
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.arranged import arrangement_operations
from helpdesk_http.automation import (
    ConditionBody,
    ConditionList,
    Place,
    automation_values,
    condition_body,
)
from helpdesk_http.fields import About, Many, Number, Text, shown
from helpdesk_http.values import Description, Title

Minutes = Annotated[
    int | None, Number(min=1, max=LONGEST, doc="Of opening hours; null: as long as it takes.", example=60)
]


@frozen(kw_only=True)
class TargetBody:
    """How long it may take."""

    first_response_minutes: Minutes = None
    resolution_minutes: Minutes = None


@frozen(kw_only=True)
class TargetsBody:
    """A target for each priority that has one."""

    low: TargetBody | None = None
    normal: TargetBody | None = None
    high: TargetBody | None = None
    urgent: TargetBody | None = None


@frozen(kw_only=True)
class OpeningBody:
    """Open on a day of the week, from one time until another."""

    day: Annotated[Day, About(example="monday")]
    opens: Annotated[str, Text(min=5, max=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", example="09:00")]
    closes: Annotated[
        str, Text(min=5, max=5, pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example="17:30")
    ]


@frozen(kw_only=True)
class HoursBody:
    """When the desk is open, by the wall clock of a time zone."""

    time_zone: Annotated[str, Text(min=1, max=100, doc="Of the IANA database.", example="Europe/Lisbon")]
    weekly: Annotated[tuple[OpeningBody, ...], Many(min=1, max=MOST_INTERVALS)]
    holidays: Annotated[tuple[date, ...], Many(max=MOST_HOLIDAYS, doc="Days on which it is closed.")] = ()


Hours = Annotated[HoursBody | None, About(doc="Null: every minute counts.")]


@shown(name="Everybody", targets={"urgent": {"first_response_minutes": 30, "resolution_minutes": 480}})
@frozen(kw_only=True)
class NewSlaPolicy:
    """By when tickets are to be answered and resolved. The first active one that fits a ticket, by position, counts."""

    name: Title
    targets: TargetsBody
    hours: Hours = None
    all: ConditionList = ()
    any: ConditionList = ()
    description: Description = ""
    position: Place = 0
    active: bool = True


@frozen(kw_only=True)
class SlaPolicyPatch:
    """What is to be different; lists, targets and hours are replaced whole.

    A ticket takes the change over when its clock is next set: by a change of its priority, team or tags, or by going
    on after a pause.
    """

    name: Title | Unset = UNSET
    targets: TargetsBody | Unset = UNSET
    hours: Hours | Unset = UNSET
    all: ConditionList | Unset = UNSET
    any: ConditionList | Unset = UNSET
    description: Description | Unset = UNSET
    position: Place | Unset = UNSET
    active: bool | Unset = UNSET


@frozen
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


def values_of_policy(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body as the fields of the noun."""
    values = automation_values(body)
    targets: TargetsBody | None = values.get("targets")
    if targets is not None:
        values["targets"] = Targets(
            low=_target(targets.low),
            normal=_target(targets.normal),
            high=_target(targets.high),
            urgent=_target(targets.urgent),
        )
    hours: HoursBody | None = values.get("hours")
    if hours is not None:
        weekly = tuple(Opening(one.day, one.opens, one.closes) for one in hours.weekly)
        values["hours"] = BusinessHours(hours.time_zone, weekly, tuple(dict.fromkeys(hours.holidays)))
    return values


def _target(body: TargetBody | None) -> Target | None:
    return None if body is None else Target(body.first_response_minutes, body.resolution_minutes)


def _target_body(target: Target | None) -> TargetBody | None:
    if target is None:
        return None
    return TargetBody(
        first_response_minutes=target.first_response_minutes, resolution_minutes=target.resolution_minutes
    )


def _hours_body(hours: BusinessHours | None) -> HoursBody | None:
    if hours is None:
        return None
    weekly = tuple(OpeningBody(day=one.day, opens=one.opens, closes=one.closes) for one in hours.weekly)
    return HoursBody(time_zone=hours.time_zone, weekly=weekly, holidays=hours.holidays)


def _view(policy: SlaPolicy) -> SlaPolicyView:
    targets = policy.targets
    return SlaPolicyView(
        id=policy.id,
        name=policy.name,
        description=policy.description,
        targets=TargetsBody(
            low=_target_body(targets.low),
            normal=_target_body(targets.normal),
            high=_target_body(targets.high),
            urgent=_target_body(targets.urgent),
        ),
        hours=_hours_body(policy.hours),
        all=[condition_body(one) for one in policy.all],
        any=[condition_body(one) for one in policy.any],
        position=policy.position,
        active=policy.active,
        created_at=policy.created_at,
        updated_at=policy.updated_at,
    )


OPERATIONS = arrangement_operations(
    "/api/v1/sla-policies",
    "service level policy",
    tag="SLA policies",
    shows=SlaPolicyView,
    takes=NewSlaPolicy,
    changes=SlaPolicyPatch,
    verbs=lambda desk: desk.arrange_sla_policies(),
    reads=lambda view: view.sla_policies,
    view_of=_view,
    values_of=values_of_policy,
)
