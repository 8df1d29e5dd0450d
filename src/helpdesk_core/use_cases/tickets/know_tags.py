"""A tag that a ticket bears is known; what happens to a known one happens to all who bear it."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from helpdesk_core.arrangements import name_key
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tags import Tag, without
from helpdesk_core.use_cases.arrange import Arrange
from helpdesk_core.use_cases.tickets.tell_changes import changes_told
from helpdesk_core.users import DESK

AT_ONCE = 100
"""Tickets that are retagged in one unit of work."""


@frozen
class ArrangeTags(Arrange[Tag]):
    """As for every arrangement; tickets that bear the tag follow by a job, soon after."""

    async def change_step(
        self, current: Tag, values: Mapping[str, Any], work: Work, occasion: Occasion
    ) -> Tag:
        changed = await super().change_step(current, values, work, occasion)
        if changed.name != current.name:
            await work.jobs.add(_retagging(current, changed.name, occasion))
        return changed


@frozen
class RetagTickets:
    """Gives another tag in place of one, or takes it off, on every ticket of the organization.

    Some tickets at a time: whoever begins again goes on where it ended, with those that still bear the old tag. These
    changes are told quietly, since nobody worked on the tickets.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, tag: str, becomes: str | None) -> None:
        async def unit(work: Work) -> bool:
            occasion = Occasion(self.clock(), self.new_id, DESK, cause="tag", quiet=True)
            tickets = await work.tickets.bearing(organization_id, tag, AT_ONCE)
            told: list[DomainEvent] = []
            for ticket in tickets:
                retagged = evolve(
                    ticket,
                    tags=without(ticket.tags, tag, becomes),
                    updated_at=max(occasion.at, ticket.updated_at),
                    version=ticket.version + 1,
                )
                await work.tickets.replace(retagged)
                told += changes_told(ticket, retagged, occasion)
            await work.log.append(*told)
            return len(tickets) == AT_ONCE

        while tag != becomes and await self.store.transact(unit):
            pass


async def spelled(organization_id: OrganizationId, tags: tuple[str, ...], view: View) -> tuple[str, ...]:
    """The tags as they are known, once each: a ticket that is given `VIP` bears `vip` where that is known."""
    once: dict[str, str] = {}
    for tag in tags:
        if name_key(tag) not in once:
            known = await view.tags.named(organization_id, tag)
            once[name_key(tag)] = known.name if known is not None else tag
    return tuple(once.values())


async def know_tags(
    organization_id: OrganizationId, tags: tuple[str, ...], work: Work, occasion: Occasion
) -> None:
    """The step: tags that are not known yet become known."""
    for name in tags:
        if await work.tags.named(organization_id, name) is None:
            tag = Tag(
                id=occasion.new_id(),
                organization_id=organization_id,
                name=name,
                created_at=occasion.at,
                updated_at=occasion.at,
            )
            await work.tags.add(tag)
            await work.log.append(occasion.event(organization_id, "tag.created", tag.id, {"name": tag.name}))


async def take_off_tickets(tag: Tag, work: Work, occasion: Occasion) -> None:
    """The step, before a tag is taken away: tickets no longer bear it, soon after."""
    await work.jobs.add(_retagging(tag, None, occasion))


def _retagging(tag: Tag, becomes: str | None, occasion: Occasion) -> Job:
    return occasion.job(tag.organization_id, JobKind.RETAG_TICKETS, {"tag": tag.name, "becomes": becomes})
