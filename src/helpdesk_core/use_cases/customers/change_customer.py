"""Customers are entered, corrected and taken out by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from helpdesk_core.customers import Customer, normal_email, normal_phone
from helpdesk_core.errors import Conflict, InvalidValue, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId, NewId, OrganizationId
from helpdesk_core.members import merged_members
from helpdesk_core.paging import Page
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.users import Actor


@frozen
class CustomerChange:
    """What is to be different; what is not given stays. `emails` and `phones` replace the lists whole."""

    name: str | Unset = UNSET
    emails: Sequence[str] | Unset = UNSET
    phones: Sequence[str] | Unset = UNSET
    company: str | None | Unset = UNSET
    language: str | None | Unset = UNSET
    country: str | None | Unset = UNSET
    city: str | None | Unset = UNSET
    metadata: Mapping[str, Any] | Unset = UNSET
    blocked: bool | Unset = UNSET


@frozen
class CreateCustomer:
    """Enters a customer. AlreadyTaken where an e-mail or phone belongs to another one of the organization."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, actor: Actor, change: CustomerChange
    ) -> Customer:
        at = self.clock()
        blank = Customer(CustomerId(self.new_id()), organization_id, created_at=at, updated_at=at)

        async def unit(work: Work) -> Customer:
            customer = evolve(blank, **_normalized(blank, change))
            await work.customers.add(customer)
            occasion = Occasion(at, self.new_id, actor)
            await work.log.append(occasion.event(organization_id, "customer.created", customer.id))
            return customer

        return await self.store.transact(unit)


@frozen
class ChangeCustomer:
    """Corrects a customer. AlreadyTaken as for a new one, Conflict for one who was merged."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, customer_id: CustomerId, actor: Actor, change: CustomerChange
    ) -> Customer:
        async def unit(work: Work) -> Customer:
            customer = await _existing(organization_id, customer_id, work)
            wanted = _normalized(customer, change)
            changed = evolve(customer, **wanted)
            if changed == customer:
                return customer
            at = self.clock()
            changed = evolve(changed, updated_at=max(at, customer.updated_at), version=customer.version + 1)
            await work.customers.replace(changed)
            names = sorted(name for name in wanted if getattr(changed, name) != getattr(customer, name))
            occasion = Occasion(at, self.new_id, actor)
            told = [occasion.event(organization_id, "customer.updated", customer_id, {"changed": names})]
            if changed.blocked is not customer.blocked:
                verb = "blocked" if changed.blocked else "unblocked"
                told.append(occasion.event(organization_id, f"customer.{verb}", customer_id))
            await work.log.append(*told)
            return changed

        return await self.store.transact(unit)


@frozen
class DeleteCustomer:
    """Takes out a customer who has no tickets; Conflict for one who has (their tickets need somebody)."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, customer_id: CustomerId, actor: Actor) -> None:
        async def unit(work: Work) -> None:
            await _existing(organization_id, customer_id, work)
            theirs = await work.tickets.page(
                organization_id, TicketFilter(customer_id=customer_id), Page(limit=1)
            )
            if theirs.items:
                raise Conflict(
                    "The customer has tickets; delete these first, or merge the customer into another."
                )
            await work.belongings.release(organization_id, customer_id)
            await work.customers.remove(organization_id, customer_id)
            occasion = Occasion(self.clock(), self.new_id, actor)
            await work.log.append(occasion.event(organization_id, "customer.deleted", customer_id))

        await self.store.transact(unit)


async def _existing(organization_id: OrganizationId, customer_id: CustomerId, work: Work) -> Customer:
    customer = existing(await work.customers.get(organization_id, customer_id), "customer", customer_id)
    if customer.merged_into_id is not None:
        raise Conflict(f"The customer was merged into {customer.merged_into_id}.")
    return customer


def _normalized(customer: Customer, change: CustomerChange) -> dict[str, Any]:
    wanted = given(change)
    if "emails" in wanted:
        wanted["emails"] = _each("emails", normal_email, wanted["emails"])
    if "phones" in wanted:
        wanted["phones"] = _each("phones", normal_phone, wanted["phones"])
    if "metadata" in wanted:
        wanted["metadata"] = merged_members(customer.metadata, wanted["metadata"], "metadata")
    return wanted


def _each(path: str, normal: Any, values: Sequence[str]) -> tuple[str, ...]:
    normalized = []
    for position, value in enumerate(values):
        try:
            normalized.append(str(normal(value)))
        except InvalidValue as refusal:
            raise InvalidValue(f"{path}[{position}]", refusal.message) from refusal
    return tuple(dict.fromkeys(normalized))
