"""What is to be seen to when macros and rules are arranged, and what a rule would say of a ticket."""

from collections.abc import Sequence

from attrs import evolve, frozen

from helpdesk_core.actions import check_actions
from helpdesk_core.conditions import Condition, check_conditions, holds
from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, RuleId, TicketId
from helpdesk_core.macros import Macro
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.rules import Rule, awake_from
from helpdesk_core.use_cases.automation.gather_facts import check_named, gather_facts
from helpdesk_core.use_cases.automation.perform_actions import check_known
from helpdesk_core.use_cases.tickets.find_named import named_team
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.users import DESK


async def check_macro(macro: Macro, work: Work) -> Macro:
    """The macro, or InvalidValue where it can never be applied."""
    check_actions(macro.actions)
    await check_known(macro.organization_id, macro.actions, work)
    if macro.team_id is not None:
        await named_team(macro.organization_id, macro.team_id, "team_id", work)
    return macro


async def check_rule(rule: Rule, work: Work) -> Rule:
    """The rule, which looks at what happens from now on; InvalidValue where it can never act."""
    events, kinds = tuple(dict.fromkeys(rule.events)), tuple(dict.fromkeys(rule.kinds))
    if not events:
        raise InvalidValue("events", "must name one at least")
    check_conditions(rule.conditions)
    await check_named(rule.organization_id, rule.conditions, work)
    check_actions(rule.actions)
    await check_known(rule.organization_id, rule.actions, work)
    log = await work.log.since(rule.organization_id, 0, 0)
    return awake_from(evolve(rule, events=events, kinds=kinds), log.last)


@frozen
class ConditionTest:
    """Whether one condition holds."""

    condition: Condition
    holds: bool


@frozen
class RuleTest:
    """What a rule says of a ticket: whether its conditions hold together, and each by itself."""

    matches: bool
    all: Sequence[ConditionTest]
    any: Sequence[ConditionTest]


@frozen
class TestRule:
    """Tells whether a rule's conditions hold for a ticket as it stands. Nothing is done."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, rule_id: RuleId, ticket_id: TicketId
    ) -> RuleTest:
        async def unit(view: View) -> RuleTest:
            rule = existing(await view.rules.get(organization_id, rule_id), "rule", rule_id)
            ticket = await existing_ticket(organization_id, ticket_id, view)
            occasion = Occasion(self.clock(), self.new_id, DESK)
            facts = await gather_facts(ticket, rule.conditions.each, view, occasion)
            every = [ConditionTest(one, holds(one, facts)) for one in rule.all]
            some = [ConditionTest(one, holds(one, facts)) for one in rule.any]
            matches = all(one.holds for one in every) and (not some or any(one.holds for one in some))
            return RuleTest(matches, every, some)

        return await self.store.read(unit)
