"""What shops tell takes effect once, whatever the order, and however often."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import anyio
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from helpdesk_core.customers import Customer
from helpdesk_core.orders import FulfillmentStatus, Order
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter, EventFilter, OrderFilter, TicketFilter
from helpdesk_core.webhooks import EventState, WebhookEvent
from tests.due_jobs import run_jobs
from tests.use_cases.conftest import Bench

ENTRY = REGISTRY["shopify"]
SHOP = "oak-and-iron.myshopify.com"
SECRET = "what Shopify and we know"
TOPICS = ("orders/create", "orders/updated", "orders/partially_fulfilled", "orders/fulfilled")
TOLD = (
    "fulfillment_status",
    "financial_status",
    "total_price",
    "line_items",
    "fulfillments",
    "shipping_address",
    "email",
    "created_at",
    "updated_at",
)
ALL = Page(limit=100, sort="created_at")
_ids = count(1)


async def connected(desk: Container, **settings: str) -> Organization:
    acme = await desk.create_organization()("acme", "Acme")
    await desk.connect_integration()(acme.id, "shopify", SHOP, settings)
    return acme


async def tell(
    desk: Container,
    topic: str,
    body: dict[str, Any] | None = None,
    shop: str = SHOP,
    at: datetime | None = None,
) -> None:
    """A delivery of its own, performed."""
    raw = ENTRY.example(topic) if body is None else json.dumps(body).encode()
    delivery = ENTRY.delivery(topic, body=raw)
    told = {"x-shopify-shop-domain": shop, "x-shopify-triggered-at": (at or desk.clock()()).isoformat()}
    delivery = evolve(delivery, headers={**delivery.headers, **told})
    signed = ENTRY.sign(delivery, SECRET, desk.clock()(), f"webhook-{next(_ids)}")
    await desk.receive_webhook()(ENTRY.webhooks, [SECRET], signed)
    await run_jobs(desk)


def example(topic: str, **changes: Any) -> dict[str, Any]:
    return {**json.loads(ENTRY.example(topic)), **changes}


async def orders_of(desk: Container, acme: Organization) -> Sequence[Order]:
    return (await desk.store().read(lambda view: view.orders.page(acme.id, OrderFilter(), ALL))).items


async def customers_of(desk: Container, acme: Organization) -> Sequence[Customer]:
    return (await desk.store().read(lambda view: view.customers.page(acme.id, CustomerFilter(), ALL))).items


async def events_of(desk: Container) -> Sequence[WebhookEvent]:
    page = Page(limit=100, sort="received_at")
    return (await desk.store().read(lambda view: view.inbox.page(EventFilter(), page))).items


async def test_an_order_is_read_to_the_last_penny(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/partially_fulfilled")
    (order,) = await orders_of(bench.desk, acme)
    (mira,) = await customers_of(bench.desk, acme)
    assert (order.number, order.total_price, order.currency) == ("#2044", Decimal("1249.50"), "SEK")
    assert order.fulfillment_status is FulfillmentStatus.PARTIAL
    assert [item.title for item in order.line_items] == ["Bread board", "Coat hook"]
    assert order.fulfillments[0].tracking_number == "SE88120045"
    assert order.customer_id == mira.id
    assert (mira.name, mira.email, mira.country) == ("Mira Lindqvist", "mira@lindqvist.example", "SE")
    assert mira.phones == ("+4626123456",)


@given(st.lists(st.sampled_from(TOPICS), max_size=4).flatmap(lambda more: st.permutations([*TOPICS, *more])))
@settings(max_examples=60, deadline=None)
def test_whatever_order_words_come_in_the_same_is_left(told: list[str]) -> None:
    async def left_after(topics: Sequence[str]) -> tuple[Any, ...]:
        desk = in_memory(Settings(secret_key=("a key for tests",)))
        acme = await connected(desk, create_tickets_for_orders="true")
        for topic in topics:
            await tell(desk, topic)
        (order,) = await orders_of(desk, acme)
        (customer,) = await customers_of(desk, acme)
        tickets = await desk.store().read(lambda view: view.tickets.page(acme.id, TicketFilter(), ALL))
        assert len(tickets.items) == 1
        assert order.ticket_id == tickets.items[0].id
        assert order.customer_id == customer.id
        return tuple(getattr(order, name) for name in TOLD)

    assert anyio.run(left_after, told) == anyio.run(left_after, TOPICS)


async def test_a_late_word_does_not_undo_a_newer_one(bench: Bench) -> None:
    acme = await connected(bench.desk)
    for topic in ("orders/fulfilled", "orders/create", "orders/updated"):
        await tell(bench.desk, topic)
    (order,) = await orders_of(bench.desk, acme)
    assert order.fulfillment_status is FulfillmentStatus.FULFILLED
    assert order.financial_status == "paid"


async def test_a_newer_word_that_says_nothing_new_makes_those_before_it_late(bench: Bench) -> None:
    acme = await connected(bench.desk)
    for hour, status in ((10, "paid"), (12, "paid"), (11, "pending")):
        triggered_at = datetime(2026, 3, 5, hour, tzinfo=UTC)
        await tell(
            bench.desk, "orders/updated", example("orders/updated", financial_status=status), at=triggered_at
        )
    (order,) = await orders_of(bench.desk, acme)
    assert order.financial_status == "paid"


async def test_what_is_left_out_stays_and_what_is_null_goes(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    quiet = example("orders/updated")
    for name in ("email", "customer", "shipping_address"):
        del quiet[name]
    await tell(bench.desk, "orders/updated", {**quiet, "billing_address": None})
    (order,) = await orders_of(bench.desk, acme)
    assert order.email == "mira@lindqvist.example"
    assert order.customer_id is not None
    assert order.shipping_address is not None
    assert order.billing_address is None


async def test_an_order_of_nobody_is_kept_without_a_customer(bench: Bench) -> None:
    acme = await connected(bench.desk, create_tickets_for_orders="true")
    await tell(bench.desk, "orders/create", example("orders/create", customer=None, email=""))
    (order,) = await orders_of(bench.desk, acme)
    assert (order.customer_id, order.email, order.ticket_id) == (None, None, None)
    assert await customers_of(bench.desk, acme) == []


async def test_a_shops_customer_is_the_one_who_wrote_before(bench: Bench) -> None:
    acme = await connected(bench.desk)
    mail = b"From: Mira <mira@lindqvist.example>\nTo: acme@desk.example\nSubject: Where is it\n\nHello?\n"
    await bench.desk.receive_email()(mail)
    await tell(bench.desk, "customers/update")
    (mira,) = await customers_of(bench.desk, acme)
    assert (mira.name, mira.city) == ("Mira Lindqvist", "Gävle")


async def test_an_address_that_is_anothers_by_now_stays_theirs(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "customers/create")
    mail = b"From: Otto <otto@lindqvist.example>\nTo: acme@desk.example\nSubject: Hello\n\nHello?\n"
    await bench.desk.receive_email()(mail)
    await tell(bench.desk, "customers/update", example("customers/update", email="otto@lindqvist.example"))
    emails = {customer.name: customer.emails for customer in await customers_of(bench.desk, acme)}
    assert emails == {"Mira Lindqvist": ("mira@lindqvist.example",), "Otto": ("otto@lindqvist.example",)}


async def test_what_came_before_its_shop_was_connected_takes_effect_then(bench: Bench) -> None:
    acme = await bench.begin()
    await tell(bench.desk, "orders/create")
    (event,) = await events_of(bench.desk)
    assert (event.state, event.account) == (EventState.UNMATCHED, SHOP)
    await bench.desk.connect_integration()(acme.id, "shopify", SHOP, {})
    await run_jobs(bench.desk)
    (event,) = await events_of(bench.desk)
    assert (event.state, event.account, event.organization_id) == (EventState.PROCESSED, SHOP, acme.id)
    assert len(await orders_of(bench.desk, acme)) == 1


async def test_who_throws_the_desk_out_is_disconnected_unless_they_came_back(bench: Bench) -> None:
    acme = await connected(bench.desk, access_token="shpat_1")
    await tell(bench.desk, "app/uninstalled", at=bench.clock() - timedelta(hours=1))
    assert await bench.desk.store().read(lambda view: view.integrations.by_account("shopify", SHOP))
    bench.clock.pass_(hours=1)
    await tell(bench.desk, "app/uninstalled")
    account = await bench.desk.store().read(lambda view: view.integrations.known("shopify", SHOP))
    assert account is not None
    assert (account.state.value, account.sealed) == ("disconnected", {})
    assert acme.id == account.organization_id


@pytest.mark.parametrize(
    "shop", ["", "oak.example", "x.myshopify.com.evil.example", "a" * 300 + ".myshopify.com"]
)
async def test_what_names_no_shop_is_not_taken(bench: Bench, shop: str) -> None:
    from helpdesk_core.webhooks import UnreadableDelivery

    await connected(bench.desk)
    with pytest.raises(UnreadableDelivery):
        await tell(bench.desk, "orders/create", shop=shop)
    assert await events_of(bench.desk) == []
