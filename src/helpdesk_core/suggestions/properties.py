"""Which tags and which priority a ticket may have, going by those that were like it."""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from helpdesk_core.tickets import Priority, Ticket

SMALLEST_SHARE: Final = 0.25
MOST_TAGS: Final = 5


@frozen
class Alike:
    """A ticket that is like another; `weight` is above 0, the more alike, the more."""

    ticket: Ticket
    weight: float
    excerpt: str
    likeness: float | None = None
    """The cosine of their words' meaning, where it was measured."""


@frozen
class TagShare:
    """A tag, and which part of the tickets that are alike bear it, by weight; `tickets`: how many do."""

    tag: str
    share: float
    tickets: int


@frozen
class PriorityShare:
    priority: Priority
    share: float
    tickets: int


@frozen
class Properties:
    """What is suggested for a ticket, out of `based_on` others."""

    tags: Sequence[TagShare]
    priority: PriorityShare | None
    based_on: int


def properties_for(ticket: Ticket, alike: Sequence[Alike]) -> Properties:
    """The tags that it does not bear yet, the greatest share first, and the most usual priority. Total."""
    whole = sum(one.weight for one in alike)
    if whole <= 0:
        return Properties((), None, 0)
    tags: dict[str, list[float]] = {}
    priorities: dict[Priority, list[float]] = {}
    for one in alike:
        priorities.setdefault(one.ticket.priority, []).append(one.weight)
        for tag in set(one.ticket.tags) - set(ticket.tags):
            tags.setdefault(tag, []).append(one.weight)
    shares = [TagShare(tag, _share(weights, whole), len(weights)) for tag, weights in tags.items()]
    wanted = sorted(
        (one for one in shares if one.share >= SMALLEST_SHARE), key=lambda one: (-one.share, one.tag)
    )
    return Properties(tuple(wanted[:MOST_TAGS]), _usual(priorities, whole), len(alike))


def _usual(priorities: Mapping[Priority, Sequence[float]], whole: float) -> PriorityShare:
    order = list(Priority)
    priority = max(priorities, key=lambda one: (sum(priorities[one]), order.index(one)))
    return PriorityShare(priority, _share(priorities[priority], whole), len(priorities[priority]))


def _share(weights: Sequence[float], whole: float) -> float:
    return round(min(1.0, sum(weights) / whole), 4)
