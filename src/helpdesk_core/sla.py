"""Service levels: by when a customer is to have an answer, and their matter an end."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from attrs import evolve, frozen

from helpdesk_core.arrangements import Arrangement
from helpdesk_core.business_hours import BusinessHours, check_hours, due_at, weekly_minutes
from helpdesk_core.conditions import (
    OF_TICKETS,
    Condition,
    Conditions,
    Facts,
    all_hold,
    check_conditions,
)
from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import SlaPolicyId
from helpdesk_core.tickets import Priority, Status, Ticket


class Goal(StrEnum):
    """What is to be done in time."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


@frozen
class Target:
    """How long it may take, in open minutes; None: as long as it takes."""

    first_response_minutes: int | None = None
    resolution_minutes: int | None = None


@frozen
class Targets:
    """A target for each priority that has one."""

    low: Target | None = None
    normal: Target | None = None
    high: Target | None = None
    urgent: Target | None = None

    def of(self, priority: Priority) -> Target:
        target: Target | None = getattr(self, priority.value)
        return target or Target()


@frozen(kw_only=True)
class SlaPolicy(Arrangement):
    """By when the tickets that its conditions are true of are to be answered and resolved.

    Of those that are active, the first by position (then by name) that fits a ticket is the ticket's.
    """

    kind: ClassVar[str] = "sla_policy"

    description: str = ""
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    targets: Targets = Targets()
    hours: BusinessHours | None = None
    """None: every minute counts."""
    position: int = 0
    active: bool = True

    @property
    def conditions(self) -> Conditions:
        return Conditions(self.all, self.any)


LONGEST = 60 * 24 * 365
"""Minutes of a target."""

STOPPED = frozenset({Status.PENDING, Status.RESOLVED, Status.CLOSED})
"""While a ticket is in these, its resolution clock rests: the desk waits for the customer, or is done."""

MOST_PAUSES = 1000


def check_policy(policy: SlaPolicy) -> SlaPolicy:
    """The policy, or InvalidValue where its hours, targets or conditions cannot be kept."""
    check_conditions(policy.conditions, OF_TICKETS)
    if policy.hours is not None:
        check_hours(policy.hours, "hours")
    # Holidays may close whole weeks; with these, a year is the longest that anything takes.
    longest = LONGEST if policy.hours is None else min(LONGEST, 52 * weekly_minutes(policy.hours))
    targets = [(priority.value, policy.targets.of(priority)) for priority in Priority]
    for priority, target in targets:
        for goal in Goal:
            minutes = minutes_of(target, goal)
            if minutes is not None and not 0 < minutes <= longest:
                path = f"targets.{priority}.{goal.value}_minutes"
                raise InvalidValue(path, f"must be 1 to {longest} (a year of opening hours)")
    if all(target == Target() for _, target in targets):
        raise InvalidValue("targets", "must have one at least")
    return policy


def minutes_of(target: Target, goal: Goal) -> int | None:
    return target.first_response_minutes if goal is Goal.FIRST_RESPONSE else target.resolution_minutes


def policy_for(policies: Sequence[SlaPolicy], facts: Facts) -> SlaPolicy | None:
    """The first that fits."""
    ordered = sorted(
        (one for one in policies if one.active), key=lambda one: (one.position, one.name, one.id)
    )
    return next((one for one in ordered if all_hold(one.conditions, facts)), None)


def under(policy: SlaPolicy | None, ticket: Ticket) -> Ticket:
    """The ticket with the due times that the policy gives it, from its beginning on; pauses do not count towards its
    resolution. While a pause lasts, the time it had stays.
    """
    if policy is None:
        return evolve(ticket, sla_policy_id=None, first_response_due_at=None, resolution_due_at=None)
    target = policy.targets.of(ticket.priority)
    first, whole = target.first_response_minutes, target.resolution_minutes
    # A pause that lasts is counted once it is over; until then nothing falls due.
    ended = [pause for pause in ticket.sla_pauses if pause[1] is not None]
    return evolve(
        ticket,
        sla_policy_id=SlaPolicyId(policy.id),
        first_response_due_at=due_at(ticket.created_at, first, policy.hours) if first else None,
        resolution_due_at=due_at(ticket.created_at, whole, policy.hours, ended) if whole else None,
    )


def rested(before: Status, ticket: Ticket, at: datetime) -> Ticket:
    """The ticket after its status changed from `before`, with its pauses kept true."""
    stopped, stops = before in STOPPED, ticket.status in STOPPED
    if stopped == stops:
        return ticket
    pauses = ticket.sla_pauses
    if stops:
        return evolve(ticket, sla_pauses=(*pauses, (max(at, _last_end(ticket)), None))[-MOST_PAUSES:])
    if not pauses or pauses[-1][1] is not None:
        return ticket
    begun = pauses[-1][0]
    return evolve(ticket, sla_pauses=(*pauses[:-1], (begun, max(at, begun))))


def is_resting(ticket: Ticket) -> bool:
    """Whether a pause lasts."""
    return bool(ticket.sla_pauses) and ticket.sla_pauses[-1][1] is None


def breach(ticket: Ticket, goal: Goal, now: datetime) -> Ticket | None:
    """The ticket, marked as having missed the goal; None where it has not, or is marked already."""
    due = ticket.first_response_due_at if goal is Goal.FIRST_RESPONSE else ticket.resolution_due_at
    if due is None or goal.value in ticket.sla_breaches or ticket.merged_into_id is not None:
        return None
    reached = _reached(ticket, goal)
    if (now < due) if reached is None else (reached <= due):
        return None
    return evolve(
        ticket,
        sla_breaches=(*ticket.sla_breaches, goal.value),
        sla_breached_at=ticket.sla_breached_at or due,
        version=ticket.version + 1,
    )


def _reached(ticket: Ticket, goal: Goal) -> datetime | None:
    """When the goal was reached, or its clock stopped; None: neither."""
    if goal is Goal.FIRST_RESPONSE and ticket.first_response_at is not None:
        return ticket.first_response_at
    if is_resting(ticket) and (goal is Goal.RESOLUTION or ticket.status is not Status.PENDING):
        return ticket.sla_pauses[-1][0]
    return None


def _last_end(ticket: Ticket) -> datetime:
    last = ticket.sla_pauses[-1] if ticket.sla_pauses else None
    return ticket.created_at if last is None else last[1] or last[0]
