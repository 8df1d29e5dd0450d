"""The clocks of service levels: set when a ticket begins, moved with it, and told of when they run out."""

from datetime import datetime

from attrs import evolve, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, TicketId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.sla import Goal, SlaPolicy, breach, check_policy, is_resting, policy_for, rested, under
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.automation.gather_facts import check_named, gather_facts
from helpdesk_core.users import DESK

DECIDING = ("priority", "team_id", "tags")
"""Properties whose change makes a ticket look for its policy again."""


async def clocks_set(ticket: Ticket, work: Work, occasion: Occasion) -> Ticket:
    """The step: a new ticket with the due times of the first policy that fits it. History has none."""
    return ticket if occasion.quiet else await _under_first(ticket, ticket, work, occasion)


async def clocks_moved(before: Ticket, after: Ticket, work: Work, occasion: Occasion) -> Ticket:
    """The step: a changed ticket, about to be kept, with its clocks right. One that does not touch them costs nothing.

    Its resolution clock rests while the desk waits for the customer, or is done. A change of priority, team or tags
    looks for the policy again, and counts from the ticket's beginning.
    """
    if occasion.quiet:
        return after
    moved = rested(before.status, after, occasion.at)
    goes_on = is_resting(before) and not is_resting(moved)
    if any(getattr(before, name) != getattr(after, name) for name in DECIDING):
        return await _under_first(before, moved, work, occasion, again=goes_on)
    if not goes_on or moved.sla_policy_id is None:
        return moved
    policy = await work.sla_policies.get(moved.organization_id, moved.sla_policy_id)
    resumed = under(policy, moved) if policy is not None else _later(moved)
    return await _awaited(before, resumed, work, occasion, again=True)


@frozen
class TellBreach:
    """Looks at a ticket whose due time has come, and marks it where the goal was missed.

    It goes by what it finds: a due time that was moved since is the affair of a later job.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, ticket_id: TicketId, goal: Goal) -> None:
        async def unit(work: Work) -> None:
            ticket = await work.tickets.get(organization_id, ticket_id)
            occasion = Occasion(self.clock(), self.new_id, DESK)
            late = breach(ticket, goal, occasion.at) if ticket is not None else None
            if late is None:
                return
            await work.tickets.replace(late)
            data = {"which": goal.value}
            await work.log.append(occasion.event(organization_id, "ticket.sla_breached", ticket_id, data))

        await self.store.transact(unit)


async def check_sla_policy(policy: SlaPolicy, work: Work) -> SlaPolicy:
    """The policy, or InvalidValue."""
    checked = check_policy(policy)
    await check_named(policy.organization_id, policy.conditions, work)
    return checked


async def _under_first(
    before: Ticket, after: Ticket, work: Work, occasion: Occasion, *, again: bool = False
) -> Ticket:
    policies = await work.sla_policies.of(after.organization_id)
    asked = [condition for policy in policies if policy.active for condition in policy.conditions.each]
    policy = None
    if policies:
        policy = policy_for(policies, await gather_facts(after, asked, work, occasion))
    if policy is None and after.sla_policy_id is None:
        return after
    return await _awaited(before, under(policy, after), work, occasion, again=again or before is after)


async def _awaited(before: Ticket, after: Ticket, work: Work, occasion: Occasion, *, again: bool) -> Ticket:
    """The ticket; at each due time that is new, somebody looks at it, and `again` at those that are not."""
    answered = after.first_response_at is not None
    goals = (
        (
            Goal.FIRST_RESPONSE,
            before.first_response_due_at,
            None if answered else after.first_response_due_at,
        ),
        (Goal.RESOLUTION, before.resolution_due_at, after.resolution_due_at),
    )
    for goal, was, due in goals:
        if due is not None and (again or due != was):
            await work.jobs.add(_looking(after, goal, max(due, occasion.at), occasion))
    return after


def _looking(ticket: Ticket, goal: Goal, at: datetime, occasion: Occasion) -> Job:
    return occasion.job(
        ticket.organization_id, JobKind.SLA_DUE, {"ticket_id": str(ticket.id), "which": goal.value}, at
    )


def _later(ticket: Ticket) -> Ticket:
    """Its policy is gone: it still has as much time as the pause took."""
    begun, ended = ticket.sla_pauses[-1]
    due = ticket.resolution_due_at
    if due is None or ended is None or due <= begun:
        return ticket
    return evolve(ticket, resolution_due_at=due + (ended - begun))
