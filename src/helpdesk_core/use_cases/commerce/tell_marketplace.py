"""A marketplace tells what a buyer asks for, and what became of a feed."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from helpdesk_core.commands import Done, Nothing, Outcome, TellBuyerRequest
from helpdesk_core.conversations import Author, AuthorRole, AuthorType
from helpdesk_core.customers import Contact, Customer
from helpdesk_core.errors import NotFound
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.marketplace import BuyerRequest, Feed
from helpdesk_core.notices import GivenNotice
from helpdesk_core.orders import Order, placed_by
from helpdesk_core.ports.store import View, Work
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.accounts.find_account import account_of
from helpdesk_core.use_cases.commerce.tell_record import put_record
from helpdesk_core.use_cases.customers.know_customer import acquaintance, as_merged
from helpdesk_core.use_cases.running.send_notice import Letter
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import (
    Draft,
    open_with_message,
    take_message,
    taken_up_again,
)


async def tell_buyer_request(command: TellBuyerRequest, work: Work, occasion: Occasion) -> Outcome:
    """The step: agents find the request in a ticket, once; all requests about one order in the same ticket."""
    told = command.request
    shop = await account_of(told.provider, told.account, work)
    if isinstance(shop, Nothing):
        return shop
    organization_id = shop.organization_id
    known = await work.records.get(organization_id, BuyerRequest, told.account, told.external_id)
    await put_record(organization_id, told, work, occasion)
    if known is not None:
        return Done(organization_id)
    order = await work.orders.by_external_id(organization_id, told.provider, told.account, told.order)
    ticket = await _asked_in(order, work) if order else None
    author = Author(AuthorType.SYSTEM, None, told.provider.title(), AuthorRole.SYSTEM)
    draft = Draft(document_from_text(_words(told)), author)
    if ticket is not None:
        ticket = await taken_up_again(ticket, work, occasion) if ticket.closed else ticket
        message = await take_message(ticket, draft, work, occasion)
    else:
        customer = await _buyer(organization_id, told, order, work, occasion)
        metadata = {"order": {"provider": told.provider, "shop": told.account, "id": told.order}}
        opening = Opening(_subject(told), Channel(told.provider), metadata=metadata)
        ticket, message = await open_with_message(opening, customer, draft, work, occasion)
    if order is not None and order.ticket_id != ticket.id:
        placed = evolve(placed_by(order, ticket.customer_id, told.stamp), ticket_id=ticket.id)
        await work.orders.replace(evolve(placed, version=order.version + 1))
    return Done(organization_id, ticket.id, message.id)


async def letter_about_feed(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> Letter | None:
    """The letter; None where it went well after all."""
    given = await view.records.get(organization_id, GivenNotice, about["account"], about["key"])
    if given is None:
        return None
    feed = await view.records.get(organization_id, Feed, given.account, given.about)
    if feed is None or not feed.failed:
        return None
    kind = f" ({feed.type})" if feed.type else ""
    report = f"Its report is the document {feed.document}. " if feed.document else ""
    return Letter(
        f"Feed {feed.external_id} has failed",
        f"{feed.provider.title()} could not process the feed {feed.external_id}{kind} of the seller {feed.account}: "
        f"nothing, or not all of it, has taken effect.\n\n{report}Look at it in Seller Central, and send it again.\n",
    )


async def _asked_in(order: Order, work: Work) -> Ticket | None:
    """The order's ticket, or the one that it was merged into; None where there is none, or none left."""
    if order.ticket_id is None:
        return None
    try:
        return await existing_ticket(order.organization_id, order.ticket_id, work)
    except NotFound:
        return None


async def _buyer(
    organization_id: OrganizationId,
    told: BuyerRequest,
    order: Order | None,
    work: Work,
    occasion: Occasion,
) -> Customer:
    """Who placed the order, if that is known; else somebody who is known by the order alone."""
    if order is not None and order.customer_id is not None:
        known = await work.customers.get(organization_id, order.customer_id)
        if known is not None:
            return await as_merged(known, work)
    name = f"{told.provider.title()} buyer of order {told.order}"
    return await acquaintance(organization_id, name, (Contact(told.provider, told.order),), work, occasion)


def _subject(told: BuyerRequest) -> str:
    return f"{'Cancel' if told.cancels else 'Change'} order {told.order}?"


def _words(told: BuyerRequest) -> str:
    what = "cancel" if told.cancels else "change"
    reason = f" {told.provider.title()} says: {told.reason}." if told.reason else ""
    return (
        f"The buyer asks to {what} order {told.order}.{reason}\n\n"
        f"Who they are is not told. Answer them at {told.provider.title()}, where the order is."
    )
