"""Automation rules: what a desk does by itself when something happens."""

from enum import StrEnum
from typing import ClassVar

from attrs import evolve, frozen

from helpdesk_core.actions import Action
from helpdesk_core.arrangements import Arrangement
from helpdesk_core.conditions import Condition, Conditions
from helpdesk_core.conversations import Kind
from helpdesk_core.event_log import DomainEvent

MAX_DEPTH = 5
"""Events that others led to are followed this deep; what lies deeper is a loop, or as good as one."""


class Trigger(StrEnum):
    """What a rule can wait for."""

    TICKET_CREATED = "ticket.created"
    TICKET_UPDATED = "ticket.updated"
    CONVERSATION_CREATED = "conversation.created"
    SATISFACTION_RATED = "satisfaction.rated"
    SLA_BREACHED = "ticket.sla_breached"


@frozen(kw_only=True)
class Rule(Arrangement):
    """Does `actions` to a ticket when one of `events` happens to it and the conditions hold."""

    kind: ClassVar[str] = "rule"

    description: str = ""
    events: tuple[Trigger, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """Of messages, which wake it; none named: all."""
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    actions: tuple[Action, ...] = ()
    position: int = 0
    active: bool = True
    stop_after: bool = False
    """No rule behind it looks at an event on which it has acted."""
    begins_behind: int | None = None
    """It looks at events behind this number of the log only; None while it is not active."""

    @property
    def conditions(self) -> Conditions:
        return Conditions(self.all, self.any)


def is_woken(rule: Rule, event: DomainEvent) -> bool:
    """Whether the event is one that the rule waits for; quiet ones wake nobody."""
    if event.quiet or not rule.active or rule.begins_behind is None or event.seq <= rule.begins_behind:
        return False
    if event.type not in rule.events:
        return False
    is_message = event.type == Trigger.CONVERSATION_CREATED
    return not is_message or not rule.kinds or event.data.get("kind") in rule.kinds


def awake_from(rule: Rule, last_seq: int) -> Rule:
    """The rule, which looks at what happens from now on; one that is not active forgets since when it was."""
    if not rule.active:
        return evolve(rule, begins_behind=None)
    return rule if rule.begins_behind is not None else evolve(rule, begins_behind=last_seq)
