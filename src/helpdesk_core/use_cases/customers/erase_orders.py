"""What shops told of a customer goes: who placed their orders, and whom the shops know them as."""

from collections.abc import Sequence

from attrs import evolve

from helpdesk_core.customers import Customer
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.orders import Order, ShopCustomer, without_person
from helpdesk_core.paging import MAX_LIMIT, Page
from helpdesk_core.ports.repositories import OrderFilter
from helpdesk_core.ports.store import View, Work
from helpdesk_core.privacy import Person, person_of
from helpdesk_core.privacy_requests import ErasedAddress, ErasedOrder, erased_address_id, shop_words
from helpdesk_core.records import Stamp
from helpdesk_core.use_cases.commerce.tell_order import order_event
from helpdesk_core.use_cases.customers.erase_words import empty_causes

FIRST_PAGE = Page(limit=MAX_LIMIT, sort="created_at")


async def has_many_orders(customer: Customer, view: View) -> bool:
    """More than are erased at once."""
    theirs = OrderFilter(customer_id=customer.id)
    return (await view.orders.page(customer.organization_id, theirs, FIRST_PAGE)).next is not None


async def leave_shops_step(customer: Customer, work: Work, occasion: Occasion) -> None:
    """The step: no word of a shop brings the customer back."""
    for link in await work.shop_customers.of_customer(customer.organization_id, customer.id):
        await bury_step(link, work, occasion)
        for email in customer.emails:
            await bury_address_step(link, email, work, occasion)


async def bury_step(link: ShopCustomer, work: Work, occasion: Occasion) -> None:
    """The step: this customer of a shop is not known again."""
    if link.erased_at is None:
        await work.shop_customers.put(evolve(link, erased_at=occasion.at))


async def bury_address_step(link: ShopCustomer, email: str, work: Work, occasion: Occasion) -> None:
    """The step: words of the shop that are older than this, and name this address, are not taken in."""
    id_ = erased_address_id(link.organization_id, link.account, email)
    if id_ is not None:
        erased = ErasedAddress(
            provider=link.provider,
            account=link.account,
            external_id=id_,
            created_at=occasion.at,
            stamp=Stamp(occasion.at),
        )
        await work.records.put(link.organization_id, erased)


async def words_of_shops(customer: Customer, view: View) -> Sequence[str]:
    """By what shops' webhooks name the customer."""
    links = await view.shop_customers.of_customer(customer.organization_id, customer.id)
    return [word for link in links for word in shop_words(link)]


async def erase_orders_step(customer: Customer, work: Work, occasion: Occasion) -> dict[str, int]:
    """The step: so many of their orders as are erased at once are nobody's; how many. Again: the next ones."""
    theirs = OrderFilter(customer_id=customer.id)
    found = await work.orders.page(customer.organization_id, theirs, FIRST_PAGE)
    person = person_of(customer)
    events = 0
    for order in found.items:
        events += await erase_order_step(order, person, work, occasion)
    return {"orders": len(found.items), "events": events}


async def erase_order_step(order: Order, person: Person, work: Work, occasion: Occasion) -> int:
    """The step: the order tells nothing more of who placed it; how many raw webhooks that told of it are emptied."""
    erased = without_person(order, occasion.at)
    if erased == order:
        return 0
    await work.orders.replace(erased)
    await work.log.append(order_event("order.updated", erased, occasion))
    return await empty_causes(order.organization_id, order.id, person, work)


async def bury_order_step(
    organization_id: OrganizationId,
    provider: str,
    account: str,
    external_id: str,
    work: Work,
    occasion: Occasion,
) -> None:
    """The step: whatever is told of this order, known or not, says nothing of who placed it."""
    erased = ErasedOrder(
        provider=provider,
        account=account,
        external_id=external_id,
        created_at=occasion.at,
        stamp=Stamp(occasion.at),
    )
    await work.records.put(organization_id, erased)
