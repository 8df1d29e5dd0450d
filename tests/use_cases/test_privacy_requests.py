"""What shops ask for about the data of people is done, once, whatever else arrives meanwhile."""

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import anyio
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.settings import Settings
from helpdesk_core.customers import EMAIL, Contact, Customer
from helpdesk_core.errors import Conflict
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import CustomerId
from helpdesk_core.integrations import IntegrationState
from helpdesk_core.notices import Notice
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import AuditFilter, PrivacyRequestFilter
from helpdesk_core.privacy_requests import DUE_AFTER, Found, PrivacyKind, PrivacyRequest, PrivacyState
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.customers.change_customer import CustomerChange
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.users import DESK, Actor, Role
from helpdesk_core.webhooks import EventState, WebhookEvent
from tests.due_jobs import run_jobs
from tests.use_cases.conftest import Bench
from tests.use_cases.test_orders import (
    ALL,
    ENTRY,
    SECRET,
    SHOP,
    connected,
    customers_of,
    events_of,
    example,
    orders_of,
    tell,
)

NOOR = Actor("user", None, "Noor")
MIRA = "7215448911204"
ORDER = "5512004418871"
OTHER_SHOP = "elm-and-ash.myshopify.com"


async def requests_of(desk: Container, acme: Organization) -> Sequence[PrivacyRequest]:
    found = await desk.store().read(
        lambda view: view.privacy_requests.page(acme.id, PrivacyRequestFilter(), ALL)
    )
    return found.items


async def audited(desk: Container, acme: Organization, family: str) -> list[DomainEvent]:
    page = Page(limit=100, sort="seq")
    found = await desk.store().read(lambda view: view.log.page(acme.id, AuditFilter(), page))
    return [event for event in found.items if event.type.startswith(family)]


async def raws_of(desk: Container) -> list[bytes]:
    listed = await events_of(desk)
    whole = [await desk.store().read(_event(one)) for one in listed]
    return [event.raw for event in whole]


def _event(listed: WebhookEvent) -> Any:
    return lambda view: view.inbox.get(listed.id)


async def mira_of(desk: Container, acme: Organization) -> Customer:
    found = await desk.store().read(
        lambda view: view.customers.by_contact(acme.id, Contact(EMAIL, "mira@lindqvist.example"))
    )
    assert found is not None
    return found


async def test_a_data_request_waits_for_somebody_and_is_told_to_the_admins_once(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await bench.desk.create_user()(acme.id, "boss@acme.example", "Boss", Role.ADMIN, "a long password")
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "customers/data_request")
    await tell(bench.desk, "customers/data_request")
    mira = await mira_of(bench.desk, acme)
    (request,) = await requests_of(bench.desk, acme)
    assert (request.kind, request.state, request.found) == (
        PrivacyKind.DATA_REQUEST,
        PrivacyState.OPEN,
        Found.STORED,
    )
    assert (request.customer_id, request.person, request.orders) == (mira.id, MIRA, (ORDER,))
    assert request.due_at == bench.clock() + DUE_AFTER
    assert [mail.subject for _, mail in bench.post.sent] == [f"A customer asks for their data: {SHOP}"]
    assert "mira" not in bench.post.sent[0][1].text.lower()
    bench.clock.pass_(days=24)
    await bench.run_jobs()
    assert len(bench.post.sent) == 2
    assert bench.post.sent[1][1].subject.startswith("Due soon")


async def test_who_has_handed_it_over_is_not_reminded(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await bench.desk.create_user()(acme.id, "boss@acme.example", "Boss", Role.ADMIN, "a long password")
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "customers/data_request")
    (request,) = await requests_of(bench.desk, acme)
    done = await bench.desk.finish_request()(acme.id, request.id, NOOR)
    assert await bench.desk.finish_request()(acme.id, request.id, NOOR) == done
    assert (done.state, done.finished_at) == (PrivacyState.DONE, bench.clock())
    bench.clock.pass_(days=24)
    await bench.run_jobs()
    assert len(bench.post.sent) == 1
    types = [event.type for event in await audited(bench.desk, acme, "privacy_request")]
    assert types == ["privacy_request.created", "privacy_request.completed"]


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact"])
async def test_of_somebody_unknown_nothing_is_stored_and_the_request_is_done(
    bench: Bench, topic: str
) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, topic)
    (request,) = await requests_of(bench.desk, acme)
    assert (request.state, request.found) == (PrivacyState.DONE, Found.NOTHING)
    assert bench.post.sent == []
    (event,) = await events_of(bench.desk)
    assert event.state is EventState.PROCESSED


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
async def test_of_an_unknown_shop_nothing_is_done_until_it_is_connected(bench: Bench, topic: str) -> None:
    acme = await bench.begin()
    await tell(bench.desk, topic)
    (event,) = await events_of(bench.desk)
    assert (event.state, event.account) == (EventState.UNMATCHED, SHOP)
    assert await requests_of(bench.desk, acme) == []
    bench.clock.pass_(minutes=1)
    await bench.desk.connect_integration()(acme.id, "shopify", SHOP, {"access_token": "shpat_new"})
    await bench.run_jobs()
    (request,) = await requests_of(bench.desk, acme)
    assert request.state is PrivacyState.DONE
    account = await bench.desk.store().read(lambda view: view.integrations.by_account("shopify", SHOP))
    assert account is not None, "what was asked before the shop was connected does not end the connection"
    assert "access_token" in account.sealed


async def test_what_is_handed_over_is_nobody_elses(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "orders/create", _of_otto())
    guest = example("orders/create", id=77, name="#77", customer=None, email="mira@lindqvist.example")
    await tell(bench.desk, "orders/create", guest)
    asked = example("customers/data_request", orders_requested=[int(ORDER), 76, 77, 78])
    await tell(bench.desk, "customers/data_request", asked)
    (request,) = await requests_of(bench.desk, acme)
    answered = await bench.desk.export_requested()(acme.id, request.id, NOOR)
    mira = await mira_of(bench.desk, acme)
    assert answered.customer == mira
    assert [order.external_id for order in answered.orders] == ["77"]
    found = [order async for page in bench.desk.export_customer().orders(mira) for order in page]
    assert [order.external_id for order in found] == [ORDER]


def _of_otto() -> dict[str, Any]:
    otto = {"id": 8, "email": "otto@mail.example", "first_name": "Otto", "last_name": "Ek"}
    order = example("orders/create", id=76, name="#76", email="otto@mail.example", customer=otto)
    order |= {"shipping_address": None, "billing_address": None}
    return order


async def test_a_redaction_leaves_nothing_that_tells_who_they_were(bench: Bench) -> None:
    acme = await connected(bench.desk, create_tickets_for_orders="true")
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "customers/update")
    await tell(bench.desk, "customers/data_request")
    await tell(bench.desk, "orders/create", _of_otto())
    bench.clock.pass_(minutes=1)
    await tell(bench.desk, "customers/redact")
    bench.clock.pass_(minutes=1)
    for late in ("orders/updated", "orders/fulfilled", "customers/update", "customers/create"):
        await tell(bench.desk, late)
    await _nothing_of_mira(bench.desk, acme)
    order = next(one for one in await orders_of(bench.desk, acme) if one.external_id == ORDER)
    assert order.fulfillment_status.value == "fulfilled", "what was bought is known still"
    redaction = (await requests_of(bench.desk, acme))[1]
    assert (redaction.state, redaction.found) == (PrivacyState.DONE, Found.STORED)
    assert (redaction.erased["orders"], redaction.erased["customers"]) == (1, 1)
    told = (await audited(bench.desk, acme, "privacy_request"))[-1]
    assert told.type == "privacy_request.completed"
    assert told.data["kind"] == "redaction"
    assert told.data["erased"] == dict(redaction.erased)
    others = next(one for one in await orders_of(bench.desk, acme) if one.external_id == "76")
    assert others.email == "otto@mail.example"


async def _nothing_of_mira(desk: Container, acme: Organization) -> None:
    """But an anonymous customer, and what was bought."""
    orders = [one for one in await orders_of(desk, acme) if one.external_id == ORDER]
    for order in orders:
        assert (order.customer_id, order.email, order.shipping_address) == (None, None, None)
        assert order.billing_address is None
    for customer in await customers_of(desk, acme):
        assert "lindqvist" not in f"{customer}".lower()
    for raw in await raws_of(desk):
        assert b"lindqvist" not in raw.lower()


SCENARIO = ("orders/create", "customers/update", "orders/updated", "customers/redact")


@pytest.mark.parametrize("order", [*permutations(SCENARIO)], ids=lambda order: " ".join(order))
def test_in_whatever_order_they_come_nothing_is_left(order: Sequence[str]) -> None:
    async def play() -> None:
        desk = in_memory(Settings(secret_key=("a key for tests",)))
        acme = await connected(desk, create_tickets_for_orders="true")
        for topic in (*order, *order):
            await tell(desk, topic)
        await _nothing_of_mira(desk, acme)

    anyio.run(play)


async def test_an_address_alone_is_enough(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    asked = example("customers/redact", customer={"email": "Mira@Lindqvist.example"})
    await tell(bench.desk, "customers/redact", asked)
    await tell(bench.desk, "orders/updated")
    await tell(bench.desk, "customers/create")
    await _nothing_of_mira(bench.desk, acme)


async def test_an_address_that_was_never_known_is_not_learned_from_older_words(bench: Bench) -> None:
    acme = await connected(bench.desk)
    asked = example("customers/redact", customer={"email": "mira@lindqvist.example"}, orders_to_redact=[])
    await tell(bench.desk, "customers/redact", asked)
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "customers/update")
    await _nothing_of_mira(bench.desk, acme)
    bench.clock.pass_(days=1)
    newer = example("customers/create", updated_at=(bench.clock() + timedelta(minutes=1)).isoformat())
    await tell(bench.desk, "customers/create", newer)
    assert (await mira_of(bench.desk, acme)).name == "Mira Lindqvist", "who comes anew is known anew"


async def test_an_address_that_is_another_customers_does_not_erase_them(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "customers/create")
    mira = await mira_of(bench.desk, acme)
    change = CustomerChange(emails=("mira@home.example",))
    await bench.desk.change_customer()(acme.id, mira.id, NOOR, change)
    opening, otto = Opening("A lamp", Channel.API), Requester(email="mira@lindqvist.example", name="Otto")
    await bench.desk.open_ticket()(acme.id, NOOR, opening, otto, "It flickers.")
    await tell(bench.desk, "customers/redact")
    names = {customer.name for customer in await customers_of(bench.desk, acme)}
    assert names == {"", "Otto"}


async def test_a_guests_order_forgets_who_placed_it_for_good(bench: Bench) -> None:
    acme = await connected(bench.desk)
    guest = example("orders/create", customer=None)
    await tell(bench.desk, "orders/create", guest)
    asked = example("customers/redact", customer={"id": 5, "email": "somebody@else.example"})
    await tell(bench.desk, "customers/redact", asked)
    later = example("orders/updated", customer=None, updated_at="2031-01-01T00:00:00Z")
    await tell(bench.desk, "orders/updated", later)
    (order,) = await orders_of(bench.desk, acme)
    assert (order.email, order.shipping_address) == (None, None)
    assert order.updated_at.year == 2031


async def test_asking_twice_is_asking_once_unless_they_were_known_again(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "customers/redact")
    bench.clock.pass_(minutes=1)
    await tell(bench.desk, "customers/redact")
    (first,) = await requests_of(bench.desk, acme)
    assert first.finished_at == bench.clock() - timedelta(minutes=1)
    requester = Requester(email="mira@lindqvist.example", name="Mira Lindqvist")
    await bench.desk.open_ticket()(acme.id, NOOR, Opening("Again", Channel.API), requester, "Me again.")
    bench.clock.pass_(minutes=1)
    await tell(bench.desk, "customers/redact")
    (again,) = await requests_of(bench.desk, acme)
    assert (again.id, again.finished_at) == (first.id, bench.clock())
    await _nothing_of_mira(bench.desk, acme)


async def test_who_was_erased_before_they_asked_is_answered_so(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "customers/data_request")
    await tell(bench.desk, "customers/redact")
    await tell(
        bench.desk, "customers/data_request", example("customers/data_request", data_request={"id": 2})
    )
    before, redaction, after = await requests_of(bench.desk, acme)
    assert (after.state, after.found) == (PrivacyState.DONE, Found.ERASED)
    for one in (before, after):
        answered = await bench.desk.export_requested()(acme.id, one.id, NOOR)
        assert (answered.found, answered.customer, [*answered.orders]) == (Found.ERASED, None, [])
    for refused in (bench.desk.export_requested(), bench.desk.finish_request()):
        with pytest.raises(Conflict):
            await refused(acme.id, redaction.id, NOOR)


async def test_erasing_a_customer_by_hand_is_final_for_their_shops_too(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    mira = await mira_of(bench.desk, acme)
    receipt = await bench.desk.erase_customer()(acme.id, mira.id, NOOR)
    await bench.run_jobs()
    assert receipt.erased["orders"] == 1
    for late in ("orders/updated", "customers/update"):
        await tell(bench.desk, late)
    await _nothing_of_mira(bench.desk, acme)


async def test_many_orders_are_erased_by_the_job(bench: Bench) -> None:
    acme = await connected(bench.desk)
    for number in range(1, 131):
        await tell(bench.desk, "orders/create", example("orders/create", id=number, name=f"#{number}"))
    mira = await mira_of(bench.desk, acme)
    assert (await bench.desk.erase_customer()(acme.id, mira.id, NOOR)).state.value == "erasing"
    await bench.run_jobs()
    receipt = await bench.desk.store().read(lambda view: view.erasures.of_customer(acme.id, mira.id))
    assert receipt is not None
    assert (receipt.state.value, receipt.erased["orders"]) == ("erased", 130)
    for raw in await raws_of(bench.desk):
        assert b"lindqvist" not in raw.lower()


async def test_a_redaction_that_dies_on_the_way_is_taken_up_again(bench: Bench) -> None:
    tries: list[int] = []

    async def scrub() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the disk is full")

    dying = evolve(bench.desk.fulfil_privacy_request(), scrub=scrub)
    bench.desk.fulfil_privacy_request.override(providers.Object(dying))
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    await _receive(bench.desk, "customers/redact")
    await bench.run_jobs()
    (request,) = await requests_of(bench.desk, acme)
    assert request.state is PrivacyState.OPEN
    bench.clock.pass_(minutes=1)
    await bench.run_jobs()
    (request,) = await requests_of(bench.desk, acme)
    assert (request.state, request.erased["orders"]) == (PrivacyState.DONE, 1)
    await _nothing_of_mira(bench.desk, acme)


async def _receive(desk: Container, topic: str) -> None:
    signed = ENTRY.sign(ENTRY.delivery(topic), SECRET, desk.clock()(), f"only-{topic}")
    await desk.receive_webhook()(ENTRY.webhooks, [SECRET], signed)


async def test_a_shop_that_was_left_is_forgotten(bench: Bench) -> None:
    acme = await connected(bench.desk, create_tickets_for_orders="true", access_token="shpat_1")
    await bench.desk.connect_integration()(acme.id, "shopify", OTHER_SHOP, {})
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "orders/create", _of_otto(), OTHER_SHOP)
    await tell(bench.desk, "app/uninstalled")
    await tell(bench.desk, "orders/updated", example("orders/updated", id=3))
    bench.clock.pass_(days=2)
    await tell(bench.desk, "shop/redact")
    await tell(bench.desk, "shop/redact")
    (request,) = await requests_of(bench.desk, acme)
    assert (request.state, request.erased) == (
        PrivacyState.DONE,
        {"events": 4, "orders": 1, "shop_customers": 1},
    )
    assert [order.account for order in await orders_of(bench.desk, acme)] == [OTHER_SHOP]
    account = await bench.desk.store().read(lambda view: view.integrations.known("shopify", SHOP))
    assert account is not None
    assert (account.state, account.settings, account.sealed) == (IntegrationState.DISCONNECTED, {}, {})
    left = [raw for raw in await raws_of(bench.desk) if b"lindqvist" in raw.lower()]
    assert left == [], "neither what was told nor what waited for somebody to connect it"
    assert b"otto@mail.example" in b"".join(await raws_of(bench.desk))


async def test_a_shop_that_nobody_saw_leaving_is_forgotten_and_disconnected(bench: Bench) -> None:
    acme = await connected(bench.desk, access_token="shpat_1")
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "shop/redact")
    assert await orders_of(bench.desk, acme) == []
    assert await bench.desk.store().read(lambda view: view.integrations.by_account("shopify", SHOP)) is None


async def test_a_shop_that_was_connected_again_keeps_what_is_new(bench: Bench) -> None:
    acme = await connected(bench.desk, access_token="shpat_1")
    await tell(bench.desk, "orders/create")
    bench.clock.pass_(minutes=1)
    await tell(bench.desk, "app/uninstalled", at=bench.clock())
    bench.clock.pass_(days=1)
    await bench.desk.connect_integration()(acme.id, "shopify", SHOP, {"access_token": "shpat_2"})
    new = (bench.clock() + timedelta(hours=1)).isoformat()
    await tell(bench.desk, "orders/create", example("orders/create", id=9, created_at=new, updated_at=new))
    bench.clock.pass_(days=1)
    await tell(bench.desk, "shop/redact")
    assert [order.external_id for order in await orders_of(bench.desk, acme)] == ["9"]
    account = await bench.desk.store().read(lambda view: view.integrations.by_account("shopify", SHOP))
    assert account is not None
    assert bench.desk.vault().unseal(account.sealed["access_token"]) == "shpat_2"
    bench.clock.pass_(days=10)
    await tell(bench.desk, "shop/redact")
    assert await orders_of(bench.desk, acme) == [], "it has been left since, though nobody told us"


async def test_a_shop_that_comes_back_starts_clean(bench: Bench) -> None:
    acme = await connected(bench.desk, create_tickets_for_orders="true", access_token="shpat_1")
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "customers/redact")
    await tell(bench.desk, "shop/redact")
    bench.clock.pass_(days=1)
    await bench.desk.connect_integration()(acme.id, "shopify", SHOP, {})
    account = await bench.desk.store().read(lambda view: view.integrations.by_account("shopify", SHOP))
    assert account is not None
    assert account.settings == {}
    await tell(bench.desk, "orders/create")
    (order,) = await orders_of(bench.desk, acme)
    assert order.customer_id is not None


@pytest.mark.parametrize(
    ("topic", "like"),
    [
        ("customers/redact", "orders/create"),
        ("customers/redact", "customers/update"),
        ("customers/redact", "customers/data_request"),
        ("customers/data_request", "orders/create"),
        ("shop/redact", "customers/redact"),
        ("shop/redact", "app/uninstalled"),
        ("customers/redact", "shop/redact"),
    ],
)
async def test_a_body_that_was_signed_for_something_else_asks_for_nothing(
    bench: Bench, topic: str, like: str
) -> None:
    """The topic is in a header that nobody signs."""
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    body = example(like)
    delivery = ENTRY.delivery(topic, body=json.dumps(body).encode())
    signed = ENTRY.sign(delivery, SECRET, bench.clock(), "a recording")
    await bench.desk.receive_webhook()(ENTRY.webhooks, [SECRET], signed)
    await bench.run_jobs()
    assert await requests_of(bench.desk, acme) == []
    assert (await events_of(bench.desk))[-1].state is EventState.DEAD
    assert (await mira_of(bench.desk, acme)).name


async def test_the_shop_that_is_signed_counts_and_not_the_one_in_the_header(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await bench.desk.connect_integration()(acme.id, "shopify", OTHER_SHOP, {})
    await tell(bench.desk, "orders/create", shop=OTHER_SHOP)
    await tell(bench.desk, "shop/redact", shop=OTHER_SHOP)
    assert len(await orders_of(bench.desk, acme)) == 1


async def test_a_merged_customers_requests_are_about_the_other_one(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    await tell(bench.desk, "customers/data_request")
    otto = await bench.desk.create_customer()(acme.id, NOOR, CustomerChange(name="Otto"))
    mira = await mira_of(bench.desk, acme)
    await bench.desk.merge_customers()(acme.id, mira.id, otto.id, NOOR)
    (request,) = await requests_of(bench.desk, acme)
    assert request.customer_id == otto.id
    (order,) = await orders_of(bench.desk, acme)
    assert order.customer_id == otto.id
    await tell(bench.desk, "customers/redact")
    await _nothing_of_mira(bench.desk, acme)


async def test_a_deleted_customer_leaves_orders_behind_and_may_come_back(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, "orders/create")
    mira = await mira_of(bench.desk, acme)
    await bench.desk.delete_customer()(acme.id, CustomerId(mira.id), DESK)
    (order,) = await orders_of(bench.desk, acme)
    assert order.customer_id is None
    await tell(bench.desk, "orders/updated")
    (order,) = await orders_of(bench.desk, acme)
    assert order.customer_id == (await mira_of(bench.desk, acme)).id


async def test_every_notice_about_requests_has_its_letter(bench: Bench) -> None:
    assert {Notice.DATA_REQUESTED, Notice.DATA_REQUEST_DUE} <= set(bench.desk.notices())
    await run_jobs(bench.desk)
