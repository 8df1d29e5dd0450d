"""Somebody does the same to several tickets, and may take it back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from helpdesk_core.errors import NotFound, Refusal, StoreUnavailable
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, TicketId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.tags import without
from helpdesk_core.tickets import Ticket
from helpdesk_core.unset import UNSET, given
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange, change_step
from helpdesk_core.users import Actor

MOST: Final = 100
"""Tickets that are treated at once."""
REVERSIBLE: Final = ("status", "priority", "assignee_id", "team_id", "tags", "snoozed_until")


@frozen(kw_only=True)
class Treatment:
    """What is done to each of several tickets; tags are added and taken away beside those that it has."""

    change: TicketChange = TicketChange()
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def of(self, ticket: Ticket) -> TicketChange:
        """What that is for this ticket."""
        if not self.add_tags and not self.remove_tags:
            return self.change
        tags = ticket.tags
        for tag in self.remove_tags:
            tags = without(tags, tag)
        return evolve(self.change, tags=tuple(dict.fromkeys((*tags, *self.add_tags))))


@frozen
class Trace:
    """What was changed on one ticket: each field as it was before and after."""

    ticket_id: TicketId
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@frozen
class Outcome:
    """What became of several tickets: a trace of each that was changed, and why others were not."""

    traces: tuple[Trace, ...]
    refused: Mapping[TicketId, Refusal]


@frozen
class TreatSeveral:
    """Changes several tickets in one unit of work; one that refuses stays as it is, whatever happens to the others."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        ticket_ids: Sequence[TicketId],
        actor: Actor,
        treatment: Treatment,
    ) -> Outcome:
        wanted = dict.fromkeys(ticket_ids[:MOST], treatment.of)
        return await self.store.transact(
            lambda work: _treated(organization_id, wanted, work, Occasion(self.clock(), self.new_id, actor))
        )

    async def take_back(
        self, organization_id: OrganizationId, actor: Actor, traces: Sequence[Trace]
    ) -> Outcome:
        """Undoes it where nobody has changed the same field since; what somebody has, stays theirs."""
        wanted = {trace.ticket_id: _back(trace) for trace in traces[:MOST]}
        return await self.store.transact(
            lambda work: _treated(organization_id, wanted, work, Occasion(self.clock(), self.new_id, actor))
        )


def traced(before: Ticket, after: Ticket) -> Trace:
    """What can be taken back of a change. Total."""
    names = [name for name in REVERSIBLE if getattr(before, name) != getattr(after, name)]
    return Trace(
        after.id,
        {name: getattr(before, name) for name in names},
        {name: getattr(after, name) for name in names},
    )


def undoing(trace: Trace, ticket: Ticket) -> TicketChange:
    """The change that brings a ticket's fields back to what they were, as far as they are still as we left them."""
    ours = [name for name, value in trace.after.items() if getattr(ticket, name) == value]
    return TicketChange(**{name: trace.before[name] for name in ours})


def _back(trace: Trace) -> Callable[[Ticket], TicketChange]:
    return lambda ticket: undoing(trace, ticket)


async def _treated(
    organization_id: OrganizationId,
    wanted: Mapping[TicketId, Callable[[Ticket], TicketChange]],
    work: Work,
    occasion: Occasion,
) -> Outcome:
    traces: list[Trace] = []
    refused: dict[TicketId, Refusal] = {}
    for ticket_id, change_of in wanted.items():
        ticket = await work.tickets.get(organization_id, ticket_id)
        if ticket is None:
            refused[ticket_id] = NotFound("ticket", ticket_id)
            continue
        change = change_of(ticket)
        if all(value is UNSET for value in given(change).values()):
            continue
        try:
            changed = await change_step(ticket, change, work, occasion)
        except StoreUnavailable:
            raise
        except Refusal as refusal:  # a step refuses before it writes, so that nothing of it has to be undone
            refused[ticket_id] = refusal
            continue
        trace = traced(ticket, changed)
        traces += [trace] if trace.after else []
    return Outcome(tuple(traces), refused)
