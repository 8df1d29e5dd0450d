"""Budgets: how often something may still be done, such as writing to one address by itself.

A budget is a bucket that holds so much and fills up again evenly (a token bucket). One that is full says nothing, so it
need not be kept.
"""

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.ids import OrganizationId

LONGEST: Final = timedelta(hours=2)
"""After so long without use every budget is full, a tripped one too: none fills more slowly than in an hour."""


@frozen
class Allowance:
    """At most `most` at once, and as many again by the time `within` has passed; `within` is an hour at most."""

    most: int
    within: timedelta


@frozen
class Budget:
    """How much was left of an allowance at a moment. Below zero: it was tripped, and rests until it is above again."""

    organization_id: OrganizationId
    name: str
    remaining: float
    at: datetime


def full(organization_id: OrganizationId, name: str, allowance: Allowance, now: datetime) -> Budget:
    """The budget that nothing was taken of yet."""
    return Budget(organization_id, name, float(allowance.most), now)


def filled(budget: Budget, allowance: Allowance, now: datetime) -> Budget:
    """The budget as it is now. A clock that was set back fills nothing."""
    passed = max((now - budget.at) / allowance.within, 0.0)
    remaining = min(budget.remaining + passed * allowance.most, float(allowance.most))
    return evolve(budget, remaining=remaining, at=max(now, budget.at))


def spend(budget: Budget, allowance: Allowance, now: datetime) -> tuple[bool, Budget]:
    """Whether it may be done once more, and the budget afterwards. What is refused takes nothing."""
    current = filled(budget, allowance, now)
    if current.remaining < 1:
        return False, current
    return True, evolve(current, remaining=current.remaining - 1)


def tripped(budget: Budget, allowance: Allowance, now: datetime) -> Budget:
    """The budget, resting as long as it takes to fill up from nothing. One that rests already goes on as it is."""
    current = filled(budget, allowance, now)
    return current if is_tripped(current) else evolve(current, remaining=-float(allowance.most))


def is_tripped(budget: Budget) -> bool:
    """Whether it rests, as of its own moment."""
    return budget.remaining < 0
