"""A ticket's own properties change, or it is taken out of the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.errors import Conflict, InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.figures import moves
from helpdesk_core.ids import NewId, OrganizationId, TeamId, TicketId, UserId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.members import merged_members
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.subjects import subject_key
from helpdesk_core.tickets import DONE, Priority, Status, Ticket, with_status
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.use_cases.automation.arrange_custom_fields import check_values, demand_values
from helpdesk_core.use_cases.automation.keep_sla import clocks_moved
from helpdesk_core.use_cases.files.forget_blobs import forgetting_of
from helpdesk_core.use_cases.knowledge.learn_sources import forget_tickets_step
from helpdesk_core.use_cases.tickets.find_named import active_user, named_team
from helpdesk_core.use_cases.tickets.know_tags import know_tags, spelled
from helpdesk_core.use_cases.tickets.merge_tickets import all_merged_into
from helpdesk_core.use_cases.tickets.tell_changes import changes_told
from helpdesk_core.users import Actor

MOST_FOLLOWERS = 100


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
    snoozed_until: datetime | None | Unset = UNSET
    followers: tuple[str, ...] | Unset = UNSET
    """As `Ticket.followers` has them."""


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
            ticket = existing(await work.tickets.get(organization_id, ticket_id), "ticket", ticket_id)
            return await change_step(ticket, change, work, Occasion(self.clock(), self.new_id, actor))

        return await self.store.transact(unit)


@frozen
class DeleteTicket:
    """Takes a ticket with its messages out of the desk, and tickets that were merged into it. Numbers are not given
    again.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, ticket_id: TicketId, actor: Actor) -> None:
        async def unit(work: Work) -> None:
            ticket = existing(await work.tickets.get(organization_id, ticket_id), "ticket", ticket_id)
            await delete_step(ticket, work, Occasion(self.clock(), self.new_id, actor))

        await self.store.transact(unit)


async def delete_step(ticket: Ticket, work: Work, occasion: Occasion) -> None:
    """The step: the ticket is gone, and those that were merged into it, which would lead nowhere."""
    for one in [*reversed(await all_merged_into(ticket, work)), ticket]:
        files = await work.attachments.of_ticket(one.organization_id, one.id)
        digests = [file.digest for file in files if file.digest is not None]
        if digests:
            await work.jobs.add(forgetting_of(one.organization_id, digests, occasion))
        await forget_tickets_step(one.organization_id, [one.id], work)
        await work.tickets.remove(one.organization_id, one.id)
        data = {"number": one.number, **moves(one, None)}
        await work.log.append(occasion.event(one.organization_id, "ticket.deleted", one.id, data))


async def change_step(ticket: Ticket, change: TicketChange, work: Work, occasion: Occasion) -> Ticket:
    """The step: the changed ticket, with an event that names what has changed.

    Whatever is refused is refused before anything is written.
    """
    changed = await changed_by(ticket, change, work, occasion)
    if changed == ticket:
        return ticket
    changed = evolve(changed, updated_at=max(occasion.at, ticket.updated_at), version=ticket.version + 1)
    changed = await clocks_moved(ticket, changed, work, occasion)
    await work.tickets.replace(changed)
    if changed.tags != ticket.tags:
        await know_tags(ticket.organization_id, changed.tags, work, occasion)
    if changed.snoozed_until is not None and changed.snoozed_until != ticket.snoozed_until:
        await work.jobs.add(_waking(changed, changed.snoozed_until, occasion))
    await work.log.append(*changes_told(ticket, changed, occasion))
    return changed


async def changed_by(ticket: Ticket, change: TicketChange, view: View, occasion: Occasion) -> Ticket:
    """The ticket as the change would leave it; refuses what cannot be. Nothing is written."""
    wanted = given(change)
    await check_values(ticket.organization_id, wanted.get("custom_fields", {}), view)
    if wanted.get("assignee_id") is not None:
        await active_user(ticket.organization_id, wanted["assignee_id"], "assignee_id", view)
    if wanted.get("team_id") is not None:
        await named_team(ticket.organization_id, wanted["team_id"], "team_id", view)
    status = wanted.pop("status", ticket.status)
    for mapping in ("custom_fields", "metadata"):
        if mapping in wanted:
            wanted[mapping] = merged_members(getattr(ticket, mapping), wanted[mapping], mapping)
    if "subject" in wanted:
        wanted["subject_key"] = subject_key(wanted["subject"])
    if "tags" in wanted:
        wanted["tags"] = await spelled(ticket.organization_id, wanted["tags"], view)
    if "followers" in wanted:
        await _check_followers(ticket, wanted["followers"], view)
    changed = with_status(evolve(ticket, **wanted), status, occasion.at)
    _check_snooze(changed, wanted.get("snoozed_until"), occasion)
    await demand_values(ticket.organization_id, ticket.status, status, changed.custom_fields, view, occasion)
    return changed


async def _check_followers(ticket: Ticket, followers: tuple[str, ...], view: View) -> None:
    if len(followers) > MOST_FOLLOWERS:
        raise InvalidValue("followers", f"may be {MOST_FOLLOWERS} at most")
    for place, follower in enumerate(followers):
        if "@" in follower or follower in ticket.followers:
            continue
        try:
            user = await view.users.get(ticket.organization_id, UserId(UUID(follower)))
        except ValueError:
            user = None
        if user is None or user.disabled_at is not None:
            raise InvalidValue(f"followers[{place}]", "is not an active user of this organization")


def _check_snooze(changed: Ticket, until: datetime | None, occasion: Occasion) -> None:
    if until is None:
        return
    if changed.status in DONE:
        raise Conflict(f"Ticket {changed.number} is {changed.status.value}; there is nothing to put off.")
    if until <= occasion.at:
        raise InvalidValue("snoozed_until", "must be later than now")


def _waking(ticket: Ticket, until: datetime, occasion: Occasion) -> Job:
    return occasion.job(ticket.organization_id, JobKind.WAKE_TICKET, {"ticket_id": str(ticket.id)}, until)
