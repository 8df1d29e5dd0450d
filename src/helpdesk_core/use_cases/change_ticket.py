"""A ticket's own properties change, or it is taken out of the desk."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from helpdesk_core.errors import InvalidValue, NotFound
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId, TeamId, TicketId, UserId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import Priority, Status, Ticket, with_status
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.use_cases.tell_changes import changes_told
from helpdesk_core.users import Actor


@frozen
class TicketChange:
    """What is to be different; what is not given stays. Custom fields and metadata are merged; null removes one."""

    subject: str | Unset = UNSET
    status: Status | Unset = UNSET
    priority: Priority | Unset = UNSET
    assignee_id: UserId | None | Unset = UNSET
    team_id: TeamId | None | Unset = UNSET
    tags: tuple[str, ...] | Unset = UNSET
    custom_fields: Mapping[str, Any] | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET
    language: str | None | Unset = UNSET


@frozen
class ChangeTicket:
    """Changes a ticket; a change that changes nothing leaves no trace. Conflict for a merged ticket."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, ticket_id: TicketId, actor: Actor, change: TicketChange
    ) -> Ticket:
        async def unit(work: Work) -> Ticket:
            ticket = await work.tickets.get(organization_id, ticket_id)
            if ticket is None:
                raise NotFound("ticket", ticket_id)
            return await change_step(ticket, change, work, Occasion(self.clock(), self.new_id, actor))

        return await self.store.transact(unit)


@frozen
class DeleteTicket:
    """Takes a ticket with its messages out of the desk. Its number is not given again."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, ticket_id: TicketId, actor: Actor) -> None:
        async def unit(work: Work) -> None:
            ticket = await work.tickets.get(organization_id, ticket_id)
            if ticket is None:
                raise NotFound("ticket", ticket_id)
            await work.tickets.remove(organization_id, ticket_id)
            occasion = Occasion(self.clock(), self.new_id, actor)
            event = occasion.event(organization_id, "ticket.deleted", ticket_id, {"number": ticket.number})
            await work.log.append(event)

        await self.store.transact(unit)


async def change_step(ticket: Ticket, change: TicketChange, work: Work, occasion: Occasion) -> Ticket:
    """The step: the changed ticket, with an event that names what has changed."""
    wanted = given(change)
    await _check_assignee(ticket.organization_id, wanted.get("assignee_id"), work)
    await _check_team(ticket.organization_id, wanted.get("team_id"), work)
    status = wanted.pop("status", ticket.status)
    for mapping in ("custom_fields", "metadata"):
        if mapping in wanted:
            wanted[mapping] = _merged(getattr(ticket, mapping), wanted[mapping])
    if "subject" in wanted:
        wanted["subject_key"] = subject_key(wanted["subject"])
    changed = with_status(evolve(ticket, **wanted), status, occasion.at)
    if changed == ticket:
        return ticket
    changed = evolve(changed, updated_at=max(occasion.at, ticket.updated_at), version=ticket.version + 1)
    await work.tickets.replace(changed)
    await work.log.append(*changes_told(ticket, changed, occasion))
    return changed


async def _check_assignee(organization_id: OrganizationId, assignee_id: UserId | None, work: Work) -> None:
    if assignee_id is None:
        return
    user = await work.users.get(organization_id, assignee_id)
    if user is None or user.disabled_at is not None:
        raise InvalidValue("assignee_id", "is not an active user of this organization")


async def _check_team(organization_id: OrganizationId, team_id: TeamId | None, work: Work) -> None:
    if team_id is not None and await work.teams.get(organization_id, team_id) is None:
        raise InvalidValue("team_id", "is not a team of this organization")


def _merged(current: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**current, **change}.items() if value is not None}
