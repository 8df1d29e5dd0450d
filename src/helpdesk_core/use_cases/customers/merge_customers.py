"""Two customers turn out to be one person."""

from attrs import evolve, frozen

from helpdesk_core.customers import Customer, absorb, merged_away
from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import CustomerId, NewId, OrganizationId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.privacy import ErasureState
from helpdesk_core.users import Actor


@frozen
class MergeCustomers:
    """One customer passes into another with everything of theirs; the old id leads on to the new one.

    Conflict where either was merged before: of two merges that cross, the first one stands. The same merge again
    changes nothing. Nobody is merged while they are being erased.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, source_id: CustomerId, target_id: CustomerId, actor: Actor
    ) -> Customer:
        async def unit(work: Work) -> Customer:
            source = await known_customer(organization_id, source_id, work)
            target = await known_customer(organization_id, target_id, work)
            if source.merged_into_id == target.id:
                return target
            for one in (source, target):
                erasure = await work.erasures.of_customer(organization_id, one.id)
                if erasure is not None and erasure.state is ErasureState.ERASING:
                    raise Conflict(f"The customer {one.id} is being erased.")
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await merge_customers_step(source, target, work, occasion)

        return await self.store.transact(unit)


async def merge_customers_step(
    source: Customer, target: Customer, work: Work, occasion: Occasion
) -> Customer:
    """The step: `target` with everything of `source`'s."""
    organization_id = target.organization_id
    merged = absorb(target, source, occasion.at)
    # First the one lets go of the contacts, then the other takes them, within one change.
    await work.customers.replace(merged_away(source, target, occasion.at))
    await work.customers.replace(merged)
    await work.belongings.hand_over(organization_id, source.id, target.id)
    known_as = await work.references.to(organization_id, source.id)
    await work.references.put_all([evolve(one, our_id=target.id) for one in known_as])
    await work.log.append(
        occasion.event(organization_id, "customer.merged", source.id, {"into_id": str(target.id)})
    )
    return merged


async def known_customer(organization_id: OrganizationId, customer_id: CustomerId, view: View) -> Customer:
    """The customer, merged or not, or NotFound."""
    return existing(await view.customers.get(organization_id, customer_id), "customer", customer_id)
