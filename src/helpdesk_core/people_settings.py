"""How an organization deals with its own people: who must bring a second factor, and who is handed new tickets."""

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from helpdesk_core.ids import OrganizationId, UserId


class AssignmentMode(StrEnum):
    """`round_robin`: whoever has waited longest; `least_loaded`: whoever has fewest tickets that wait for an agent."""

    OFF = "off"
    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"


class AssignmentScope(StrEnum):
    """`everybody`: all who are available; `team`: the members of a ticket's team, and nobody where it has none."""

    EVERYBODY = "everybody"
    TEAM = "team"


@frozen
class PeopleSettings:
    """Of one organization."""

    organization_id: OrganizationId
    demands_second_factor: bool = False
    assignment: AssignmentMode = AssignmentMode.OFF
    scope: AssignmentScope = AssignmentScope.EVERYBODY


@frozen
class Candidate:
    """Somebody who may be handed a ticket: when they last were, and how many they have."""

    user_id: UserId
    turn: int
    load: int = 0


def next_in_turn(candidates: Sequence[Candidate], mode: AssignmentMode) -> UserId | None:
    """Whose turn it is; None where there is nobody. Among the least loaded, whoever has waited longest."""
    if not candidates or mode is AssignmentMode.OFF:
        return None
    counts = mode is AssignmentMode.LEAST_LOADED
    return min(candidates, key=lambda one: (one.load if counts else 0, one.turn, one.user_id)).user_id
