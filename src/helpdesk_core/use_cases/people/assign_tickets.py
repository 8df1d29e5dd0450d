"""New tickets are handed to whoever is there, as the organization has arranged it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from attrs import evolve, frozen

from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import NewId, OrganizationId, TicketId, UserId
from helpdesk_core.people_settings import (
    AssignmentMode,
    AssignmentScope,
    Candidate,
    PeopleSettings,
    next_in_turn,
)
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange, change_step
from helpdesk_core.user_settings import UserSettings
from helpdesk_core.users import Actor

BUSY = (Status.OPEN, Status.PENDING)
MOST_COUNTED = 500
"""Whoever has more tickets than that is as loaded as can be."""
HANDED_OUT = Actor("system", None, "assignment")


@frozen
class AssignTickets:
    """A follower of the log: each new ticket that nobody has is handed to the next in turn.

    Each once, however many processes follow: the turn is kept together with the place in the log. History (quiet
    events) is handed to nobody; neither is a ticket that a rule, or somebody, has given to a person already.
    """

    clock: Clock
    new_id: NewId

    async def __call__(self, events: Sequence[DomainEvent], work: Work) -> None:
        new = [event for event in events if event.type == "ticket.created" and not event.quiet]
        if not new:
            return
        organization_id = events[0].organization_id
        settings = await work.people_settings.get(organization_id)
        if settings is None or settings.assignment is AssignmentMode.OFF:
            return
        for event in new:
            await self._hand_out(settings, event, work)

    async def _hand_out(self, settings: PeopleSettings, event: DomainEvent, work: Work) -> None:
        ticket = await work.tickets.get(settings.organization_id, TicketId(event.subject_id))
        if ticket is None or ticket.assignee_id is not None or ticket.merged_into_id is not None:
            return
        if ticket.status not in BUSY:
            return
        occasion = Occasion(
            self.clock(),
            self.new_id,
            HANDED_OUT,
            cause=str(event.id),
            depth=event.depth + 1,
            origin=event.origin or str(event.id),
        )
        people = await candidates(settings, ticket, work, occasion)
        chosen = next_in_turn(people, settings.assignment)
        if chosen is None:
            return
        await _note_turn(settings.organization_id, chosen, work)
        await change_step(ticket, TicketChange(assignee_id=chosen), work, occasion)


async def candidates(
    settings: PeopleSettings, ticket: Ticket, view: View, occasion: Occasion
) -> Sequence[Candidate]:
    """Who may be handed the ticket: those of its team or everybody, who are there and take tickets."""
    organization_id = settings.organization_id
    users = [user for user in await view.users.of(organization_id) if user.disabled_at is None]
    if settings.scope is AssignmentScope.TEAM:
        team = await view.teams.get(organization_id, ticket.team_id) if ticket.team_id else None
        members = set(team.member_ids) if team is not None else set()
        users = [user for user in users if user.id in members]
    known = {one.user_id: one for one in await view.user_settings.of(organization_id)}
    theirs = [known.get(user.id) or UserSettings(user.id, organization_id) for user in users]
    there = [one for one in theirs if one.takes_tickets(occasion.at)]
    if settings.assignment is not AssignmentMode.LEAST_LOADED:
        return [Candidate(one.user_id, one.turn) for one in there]
    load = partial(_load, organization_id, view)
    return [Candidate(one.user_id, one.turn, await load(one.user_id)) for one in there]


async def _load(organization_id: OrganizationId, view: View, user_id: UserId) -> int:
    busy = TicketFilter(assignee_id=user_id, status=BUSY)
    return await view.tickets.count(organization_id, busy, MOST_COUNTED)


async def _note_turn(organization_id: OrganizationId, user_id: UserId, work: Work) -> None:
    """The user's turn is the newest; somebody who is new, or comes back, does not get all that they have missed."""
    known = {one.user_id: one for one in await work.user_settings.of(organization_id)}
    newest = max((one.turn for one in known.values()), default=0)
    theirs = known.get(user_id) or UserSettings(user_id, organization_id)
    await work.user_settings.put(evolve(theirs, turn=newest + 1))


@frozen
class ChangePeopleSettings:
    """An organization arranges who is handed new tickets, and whether everybody must bring a second factor."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        actor: Actor,
        *,
        assignment: AssignmentMode | None = None,
        scope: AssignmentScope | None = None,
        demands_second_factor: bool | None = None,
    ) -> PeopleSettings:
        """What is None stays as it is."""
        wanted = {
            "assignment": assignment,
            "scope": scope,
            "demands_second_factor": demands_second_factor,
        }

        async def unit(work: Work) -> PeopleSettings:
            known = await work.people_settings.get(organization_id) or PeopleSettings(organization_id)
            changes: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
            changed = sorted(name for name, value in changes.items() if getattr(known, name) != value)
            if not changed:
                return known
            settings = evolve(known, **changes)
            await work.people_settings.put(settings)
            occasion = Occasion(self.clock(), self.new_id, actor)
            await work.log.append(
                occasion.event(organization_id, "organization.updated", organization_id, {"changed": changed})
            )
            return settings

        return await self.store.transact(unit)
