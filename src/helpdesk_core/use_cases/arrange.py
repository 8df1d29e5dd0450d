"""An organization arranges things for itself: the same verbs for every kind of arrangement."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Generic
from uuid import UUID

import attrs
from attrs import evolve, frozen

from helpdesk_core.arrangements import A, check_name
from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import Arrangements
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.users import Actor

Check = Callable[[A, Work], Awaitable[A]]
"""The arrangement as it is to be kept, or InvalidValue where something in it does not fit the organization."""
BeforeRemoval = Callable[[A, Work, Occasion], Awaitable[None]]
"""What goes with it; Conflict where something still needs it."""


async def nothing_to_check(arrangement: A, work: Work) -> A:
    return arrangement


async def nothing_goes_with_it(arrangement: A, work: Work, occasion: Occasion) -> None:
    return None


@frozen
class Arrange(Generic[A]):
    """Sets up, changes and takes away arrangements of one kind; each is told in the log.

    AlreadyTaken where another one has the name, InvalidValue where `check` refuses. A change that changes nothing
    leaves no trace.
    """

    store: Store
    clock: Clock
    new_id: NewId
    of_kind: type[A]
    repository: Callable[[Work], Arrangements[A]]
    check: Check[A] = nothing_to_check
    before_removal: BeforeRemoval[A] = nothing_goes_with_it

    async def add(self, organization_id: OrganizationId, actor: Actor, values: Mapping[str, Any]) -> A:
        """`values` are those of the kind's own fields, by name."""

        async def unit(work: Work) -> A:
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await self.add_step(self.made(organization_id, occasion.at, **values), work, occasion)

        return await self.store.transact(unit)

    async def change(
        self, organization_id: OrganizationId, arrangement_id: UUID, actor: Actor, values: Mapping[str, Any]
    ) -> A:
        """Fields that `values` does not name stay."""

        async def unit(work: Work) -> A:
            occasion = Occasion(self.clock(), self.new_id, actor)
            current = await self.existing(organization_id, arrangement_id, work)
            return await self.change_step(current, values, work, occasion)

        return await self.store.transact(unit)

    async def remove(self, organization_id: OrganizationId, arrangement_id: UUID, actor: Actor) -> None:
        async def unit(work: Work) -> None:
            occasion = Occasion(self.clock(), self.new_id, actor)
            current = await self.existing(organization_id, arrangement_id, work)
            await self.before_removal(current, work, occasion)
            await self.repository(work).remove(organization_id, arrangement_id)
            await work.log.append(self._told(current, "deleted", occasion, {"name": current.name}))

        await self.store.transact(unit)

    def made(self, organization_id: OrganizationId, at: datetime, **values: Any) -> A:
        """A new one, not yet kept."""
        return self.of_kind(
            id=self.new_id(), organization_id=organization_id, created_at=at, updated_at=at, **values
        )

    async def add_step(self, arrangement: A, work: Work, occasion: Occasion) -> A:
        """The step: one more."""
        named = evolve(arrangement, name=check_name(arrangement.name))
        checked = await self.check(named, work)
        await self._check_room(checked.organization_id, work)
        await self.repository(work).add(checked)
        await work.log.append(self._told(checked, "created", occasion, {"name": checked.name}))
        return checked

    async def change_step(self, current: A, values: Mapping[str, Any], work: Work, occasion: Occasion) -> A:
        """The step: the changed one; the log names the fields that have changed."""
        if "name" in values:
            values = {**values, "name": check_name(values["name"])}
        changed = await self.check(evolve(current, **values), work)
        if changed == current:
            return current
        names = sorted(
            field.name
            for field in attrs.fields(self.of_kind)
            if getattr(changed, field.name) != getattr(current, field.name)
        )
        changed = evolve(
            changed, updated_at=max(occasion.at, current.updated_at), version=current.version + 1
        )
        await self.repository(work).replace(changed)
        await work.log.append(
            self._told(changed, "updated", occasion, {"name": changed.name, "changed": names})
        )
        return changed

    async def existing(self, organization_id: OrganizationId, arrangement_id: UUID, work: Work) -> A:
        """The one of this id, or NotFound."""
        return existing(
            await self.repository(work).get(organization_id, arrangement_id),
            self.of_kind.kind.replace("_", " "),
            arrangement_id,
        )

    async def _check_room(self, organization_id: OrganizationId, work: Work) -> None:
        most = self.of_kind.most
        if most is not None and len(await self.repository(work).of(organization_id)) >= most:
            raise Conflict(f"There can be {most:,} of them at most; take away what nobody uses.")

    def _told(self, arrangement: A, what: str, occasion: Occasion, data: dict[str, Any]) -> DomainEvent:
        return occasion.event(arrangement.organization_id, f"{arrangement.kind}.{what}", arrangement.id, data)
