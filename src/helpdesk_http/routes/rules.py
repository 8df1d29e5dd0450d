"""Automation rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.conditions import Operator
from helpdesk_core.conversations import Kind
from helpdesk_core.ids import RuleId, TicketId
from helpdesk_core.rules import Rule, Trigger
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.use_cases.automation.arrange_rules import ConditionTest
from helpdesk_core.users import Scope
from helpdesk_http.arranged import arrangement_operations
from helpdesk_http.automation import (
    ActionBody,
    ActionList,
    ConditionBody,
    ConditionList,
    Place,
    action_body,
    automation_values,
    condition_body,
)
from helpdesk_http.fields import About, Many
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.routes.macros import OnTicket
from helpdesk_http.values import Description, Title
from helpdesk_http.who import Caller

Events = Annotated[tuple[Trigger, ...], Many(min=1, max=10, doc="What wakes it.")]
Kinds = Annotated[tuple[Kind, ...], Many(max=10, doc="Of messages, which wake it; none named: all.")]
StopAfter = Annotated[bool, About(doc="No rule behind it looks at an event on which it has acted.")]


@frozen(kw_only=True)
class NewRule:
    """What the desk does by itself when something happens to a ticket."""

    name: Title
    events: Events
    actions: ActionList
    kinds: Kinds = ()
    all: ConditionList = ()
    any: ConditionList = ()
    description: Description = ""
    position: Place = 0
    active: bool = True
    stop_after: StopAfter = False


@frozen(kw_only=True)
class RulePatch:
    """What is to be different; lists are replaced whole."""

    name: Title | Unset = UNSET
    events: Events | Unset = UNSET
    actions: ActionList | Unset = UNSET
    kinds: Kinds | Unset = UNSET
    all: ConditionList | Unset = UNSET
    any: ConditionList | Unset = UNSET
    description: Description | Unset = UNSET
    position: Place | Unset = UNSET
    active: bool | Unset = UNSET
    stop_after: StopAfter | Unset = UNSET


@frozen
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


@frozen
class VerdictView:
    """One condition, and whether it holds."""

    group: Literal["all", "any"]
    field: str
    operator: Operator
    value: Any
    holds: bool


@frozen
class RuleTestView:
    """Whether a rule's conditions hold for a ticket, together and each by itself."""

    matches: bool
    conditions: Sequence[VerdictView]


async def test_rule(desk: Container, who: Caller, rule_id: UUID, body: OnTicket) -> RuleTestView:
    """See whether a rule's conditions hold for a ticket as it stands.

    Nothing is done. `message` is the ticket's last one; what only an event has (`changed`, `rating.score`) is not set.
    """
    said = await desk.test_rule()(who.organization_id, RuleId(rule_id), TicketId(body.ticket_id))
    every = [_verdict("all", one) for one in said.all]
    return RuleTestView(said.matches, [*every, *(_verdict("any", one) for one in said.any)])


def _verdict(group: Literal["all", "any"], one: ConditionTest) -> VerdictView:
    asked = one.condition
    return VerdictView(group, asked.field, asked.operator, asked.value, one.holds)


def _view(rule: Rule) -> RuleView:
    return RuleView(
        id=rule.id,
        name=rule.name,
        description=rule.description,
        events=rule.events,
        kinds=rule.kinds,
        all=[condition_body(one) for one in rule.all],
        any=[condition_body(one) for one in rule.any],
        actions=[action_body(one) for one in rule.actions],
        position=rule.position,
        active=rule.active,
        stop_after=rule.stop_after,
        created_at=rule.created_at,
        updated_at=rule.updated_at,
    )


OPERATIONS: tuple[Operation, ...] = (
    *arrangement_operations(
        "/api/v1/rules",
        "rule",
        tag="Rules",
        shows=RuleView,
        takes=NewRule,
        changes=RulePatch,
        verbs=lambda desk: desk.arrange_rules(),
        reads=lambda view: view.rules,
        view_of=_view,
        values_of=automation_values,
    ),
    operation(
        "POST /api/v1/rules/{rule_id}/test", test_rule, tag="Rules", auth=key(Scope.READ), errors=(404,)
    ),
)
