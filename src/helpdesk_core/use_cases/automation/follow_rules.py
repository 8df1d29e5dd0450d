"""Automation rules are followed: what happened wakes them, and they act."""

from collections.abc import Sequence
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.conditions import all_hold
from helpdesk_core.errors import InvalidValue, Refusal, StoreUnavailable
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import NewId, TicketId
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Work
from helpdesk_core.rules import MAX_DEPTH, Rule, is_woken
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.automation.gather_facts import gather_facts, ticket_named_by
from helpdesk_core.use_cases.automation.perform_actions import actions_step
from helpdesk_core.use_cases.tickets.post_conversation import agent_author
from helpdesk_core.users import Actor


@frozen
class FollowRules:
    """A follower of the log that does what the organization's rules say.

    Each event wakes the rules in the order of their positions, and each sees the ticket as the one before left it.
    What a rule does bears its name, and the event as its cause. A rule acts once in a chain of events,
    however it branches, so a chain ends by itself; one that grows deeper than MAX_DEPTH is not followed, which
    is told as `rule.stopped`. A rule that refuses has changed nothing; that is told as `rule.failed`, and the others go
    on.
    """

    domain: MailDomain
    clock: Clock
    new_id: NewId

    async def __call__(self, events: Sequence[DomainEvent], work: Work) -> None:
        rules = sorted(
            (rule for rule in await work.rules.of(events[0].organization_id) if rule.active),
            key=lambda rule: (rule.position, rule.name, rule.id),
        )
        for event in events:
            woken = [rule for rule in rules if is_woken(rule, event)]
            if woken:
                await self._wake(woken, event, work)

    async def _wake(self, rules: Sequence[Rule], event: DomainEvent, work: Work) -> None:
        ticket_id = ticket_named_by(event)
        origin = event.origin or str(event.id)
        acted = await work.log.acted(event.organization_id, origin) if event.origin else frozenset()
        occasion = Occasion(
            self.clock(),
            self.new_id,
            Actor("system"),
            cause=str(event.id),
            depth=event.depth + 1,
            origin=origin,
        )
        for rule in rules:
            if rule.id in acted or ticket_id is None:
                continue
            # As the rule before has left it; a unit of work remembers what it has read.
            ticket = await work.tickets.get(event.organization_id, TicketId(ticket_id))
            if ticket is None or ticket.merged_into_id is not None:
                return
            facts = await gather_facts(ticket, rule.conditions.each, work, occasion, event)
            if not all_hold(rule.conditions, facts):
                continue
            bearing_its_name = evolve(occasion, actor=Actor("system", rule.id, rule.name))
            await self._act(rule, ticket, event, work, bearing_its_name)
            if rule.stop_after:
                return

    async def _act(
        self, rule: Rule, ticket: Ticket, event: DomainEvent, work: Work, occasion: Occasion
    ) -> None:
        tell = partial(occasion.event, rule.organization_id, subject_id=rule.id)
        about = {"ticket_id": str(ticket.id), "event_id": str(event.id)}
        if event.depth > MAX_DEPTH:
            await work.log.append(tell("rule.stopped", data={**about, "depth": event.depth}))
            return
        try:
            await actions_step(
                ticket, rule.actions, agent_author(occasion.actor), work, occasion, self.domain
            )
        except StoreUnavailable:
            raise
        except Refusal as refusal:
            path = refusal.path if isinstance(refusal, InvalidValue) else None
            reason = {"code": refusal.code, "path": path, "reason": str(refusal)}
            await work.log.append(tell("rule.failed", data={**about, **reason}))
