"""A shop tells of an order, or of a customer."""

from attrs import evolve

from helpdesk_core.commands import Done, Nothing, Outcome, TellOrder, TellShopCustomer
from helpdesk_core.conversations import Author, AuthorRole, AuthorType
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import DomainEvent, Occasion
from helpdesk_core.ids import OrderId, OrganizationId
from helpdesk_core.integrations import Integration
from helpdesk_core.orders import Order, ToldOrder, order_of, placed_by, with_word, without_person
from helpdesk_core.ports.store import View, Work
from helpdesk_core.privacy_requests import ErasedOrder
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.commerce.know_shop_customer import know_shop_customer, was_erased
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, open_step
from helpdesk_core.use_cases.tickets.post_conversation import Draft, note_step

TICKETS_SETTING = "create_tickets_for_orders"
"""The setting of a shop's integration that opens a ticket for every new order."""
MOST_LINES = 50
"""Lines of an order that such a ticket names."""


async def tell_order(command: TellOrder, work: Work, occasion: Occasion) -> Outcome:
    """The step: the order as it stands after this word, once each, in whatever order words come."""
    told = command.order
    shop = await account_of(told.provider, told.account, work)
    if isinstance(shop, Nothing):
        return shop
    organization_id = shop.organization_id
    known = await work.orders.by_external_id(organization_id, told.provider, told.account, told.external_id)
    erased = await _is_erased(organization_id, told, known, work)
    customer = None if erased else await _customer(organization_id, told, work, occasion)
    erased = erased or (told.person is not None and customer is None)
    first = order_of(told, OrderId(occasion.new_id()), organization_id)
    order = first if known is None else with_word(known, told)
    if erased:
        order = without_person(order, occasion.at)
    elif customer is not None:
        order = placed_by(order, customer.id, told.stamp)
    if known is None:
        order = await _with_ticket(order, shop, customer, work, occasion)
        await work.orders.add(order)
        await work.log.append(order_event("order.created", order, occasion))
    elif order != known:  # how new the last word was is kept even where it said nothing new
        order = evolve(order, version=known.version + 1)
        await work.orders.replace(order)
        if _says_more(order, known):
            await work.log.append(order_event("order.updated", order, occasion))
    return Done(organization_id, order.ticket_id, forgets=erased)


async def tell_shop_customer(command: TellShopCustomer, work: Work, occasion: Occasion) -> Outcome:
    """The step: the customer as the shop knows them now."""
    shop = await account_of(command.provider, command.account, work)
    if isinstance(shop, Nothing):
        return shop
    organization_id = shop.organization_id
    customer = await know_shop_customer(
        organization_id, command.provider, command.account, command.person, work, occasion
    )
    if customer is None:
        return Nothing("The customer was erased.", organization_id=organization_id, forgets=True)
    return Done(organization_id)


def _says_more(order: Order, known: Order) -> bool:
    """Whether anything but the age of the word has changed."""
    aged = evolve(order, stamp=known.stamp, spoken=known.spoken, version=known.version)
    return aged != known


async def _is_erased(
    organization_id: OrganizationId, told: ToldOrder, known: Order | None, view: View
) -> bool:
    """Whether nothing is to be learned of who placed it."""
    if known is not None:
        erased = known.erased_at is not None
    else:
        place = (told.account, told.external_id)
        erased = await view.records.get(organization_id, ErasedOrder, *place) is not None
    return erased or await was_erased(organization_id, told.account, told.email, told.updated_at, view)


async def _customer(
    organization_id: OrganizationId, told: ToldOrder, work: Work, occasion: Occasion
) -> Customer | None:
    """Who ordered; None where the shop does not say so, or where they were erased."""
    if told.person is None:
        return None
    return await know_shop_customer(organization_id, told.provider, told.account, told.person, work, occasion)


async def _with_ticket(
    order: Order, shop: Integration, customer: Customer | None, work: Work, occasion: Occasion
) -> Order:
    """The order with a ticket of its own, where the shop wants one and there is somebody to answer."""
    if customer is None or shop.settings.get(TICKETS_SETTING) != "true":
        return order
    opening = Opening(
        subject=f"Order {order.number}",
        channel=Channel(order.provider),
        metadata={"order": {"provider": order.provider, "shop": order.account, "id": order.external_id}},
    )
    ticket = await open_step(opening, customer, work, occasion)
    author = Author(AuthorType.SYSTEM, None, shop.external_id, AuthorRole.SYSTEM)
    await note_step(ticket, Draft(document_from_text(_summary(order)), author), work, occasion)
    return evolve(order, ticket_id=ticket.id)


def _summary(order: Order) -> str:
    lines = [f"{item.quantity} x {item.title}" for item in order.line_items[:MOST_LINES]]
    rest = len(order.line_items) - MOST_LINES
    more = [f"and {rest} more"] if rest > 0 else []
    total = [f"{order.total_price} {order.currency or ''}".strip()] if order.total_price is not None else []
    return "\n".join([f"Order {order.number} of {order.account}", *lines, *more, *total])


def order_event(type: str, order: Order, occasion: Occasion) -> DomainEvent:
    """What the log tells of an order."""
    data = {"provider": order.provider, "fulfillment_status": order.fulfillment_status.value}
    return occasion.event(order.organization_id, type, order.id, data)
