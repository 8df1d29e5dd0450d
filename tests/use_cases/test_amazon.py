"""What Amazon tells takes effect once, whatever the order, however wrapped, and however often."""

import json
from collections.abc import Sequence
from itertools import count
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_adapters.container import Container, in_memory
from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.settings import Settings
from helpdesk_core.integrations import Integration
from helpdesk_core.marketplace import Feed, ReturnNote
from helpdesk_core.orders import FulfillmentStatus, Order
from helpdesk_core.organizations import Organization
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import EventFilter, OrderFilter, TicketFilter
from helpdesk_core.tickets import Status, Ticket
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.users import DESK, Role
from helpdesk_core.webhooks import EventState, WebhookEvent
from tests.due_jobs import run_jobs
from tests.fakes.sns import TOPIC, body_of, certificate, message, signed
from tests.use_cases.conftest import Bench

SELLER, ORDER, OTHER_TOPIC = "A2QKEXAMPLE7X", "305-4410977-8125940", TOPIC + "-2"
ALL = Page(limit=100, sort="created_at")
_ids = count(1)
Note = dict[str, Any]


def note(event: str = "ORDER_CHANGE") -> Note:
    """The notification of the example."""
    return dict(json.loads(json.loads(REGISTRY["amazon"].example(event))["Message"]))


def order_note(at: str, status: str, changed_at: str | None = None, **summary: Any) -> Note:
    """An order that has changed by itself."""
    told = note()
    change = told["Payload"]["OrderChangeNotification"]
    change["OrderChangeType"] = "OrderStatusChange"
    change["OrderChangeTrigger"] = {"TimeOfOrderChange": changed_at, "ChangeReason": "Order status changed"}
    change["Summary"] |= {"OrderStatus": status, **summary}
    return _as_of(told, at)


def line_note(at: str, status: str, item: str) -> Note:
    told = note("MFN_ORDER_STATUS_CHANGE")
    told["Payload"]["MFNOrderStatusChangeNotification"] |= {"OrderStatus": status, "OrderItemId": item}
    return _as_of(told, at)


def _as_of(told: Note, at: str) -> Note:
    told["EventTime"] = f"2026-02-27T{at}:00.000Z"
    told["NotificationMetadata"]["NotificationId"] = f"note-{json.dumps(told)}"[:60] + at
    return told


def small(value: Any) -> Any:
    """The same in the other spelling of names."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: small(member) for name, member in value.items()}
    return [small(member) for member in value] if isinstance(value, list) else value


async def connected(desk: Container) -> Organization:
    acme = await desk.create_organization()("acme", "Acme")
    await desk.create_user()(acme.id, "ada@acme.example", "Ada", Role.ADMIN, "correct horse battery")
    await desk.connect_integration()(acme.id, "amazon", SELLER, {})
    return acme


async def tell(desk: Container, *told: Any, type: str = "Notification", **more: Any) -> None:
    """Messages of their own, performed."""
    amazon, pem = desk.webhook_providers()["amazon"], certificate()
    for one in told:
        text = one if isinstance(one, str) else json.dumps(one)
        made = signed(message(text, type, **{"MessageId": f"message-{next(_ids)}", **more}))
        headers = REGISTRY["amazon"].delivery("ORDER_CHANGE", body=body_of(made))
        await desk.receive_webhook()(amazon, [pem], headers)
    await run_jobs(desk, may_fail=True)


async def orders_of(desk: Container, acme: Organization) -> Sequence[Order]:
    return (await desk.store().read(lambda view: view.orders.page(acme.id, OrderFilter(), ALL))).items


async def tickets_of(desk: Container, acme: Organization) -> Sequence[Ticket]:
    rows = (await desk.store().read(lambda view: view.tickets.page(acme.id, TicketFilter(), ALL))).items
    found = [await desk.store().read(lambda view, id=row.id: view.tickets.get(acme.id, id)) for row in rows]  # type: ignore[misc]
    return [ticket for ticket in found if ticket is not None]


async def events_of(desk: Container) -> Sequence[WebhookEvent]:
    page = Page(limit=100, sort="received_at")
    return (await desk.store().read(lambda view: view.inbox.page(EventFilter(), page))).items


async def account_of(desk: Container) -> Integration:
    found = await desk.store().read(lambda view: view.integrations.known("amazon", SELLER))
    assert found is not None
    return found


STORY = (
    order_note("10:00", "Pending"),
    order_note("11:00", "Unshipped"),
    line_note("11:30", "SHIPPING", "71220045518347"),
    note(),
    line_note("16:00", "SHIPPED", "71220045518347"),
    order_note("17:00", "Shipped", NumberOfItemsShipped=3, NumberOfItemsUnshipped=0),
)
PLACES = range(len(STORY))


@given(st.lists(st.sampled_from(PLACES), max_size=3).flatmap(lambda more: st.permutations([*PLACES, *more])))
@settings(max_examples=40, deadline=None)
def test_whatever_order_words_come_in_the_same_is_left(places: list[int]) -> None:
    async def left_after(told: Sequence[int]) -> tuple[Any, ...]:
        desk = in_memory(Settings(secret_key=("a key for tests",)))
        acme = await connected(desk)
        await tell(desk, *(STORY[place] for place in told))
        (order,) = await orders_of(desk, acme)
        (ticket,) = await tickets_of(desk, acme)
        assert (order.ticket_id, order.customer_id) == (ticket.id, ticket.customer_id)
        told_of = (
            "status",
            "fulfillment_status",
            "line_items",
            "created_at",
            "updated_at",
            "shipping_address",
            "stamp",
        )
        return tuple(getattr(order, name) for name in told_of)

    assert anyio.run(left_after, places) == anyio.run(left_after, PLACES)


async def test_an_order_stands_as_of_the_newest_word(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, *reversed(STORY))
    (order,) = await orders_of(bench.desk, acme)
    assert (order.status, order.fulfillment_status) == ("Shipped", FulfillmentStatus.FULFILLED)
    assert (order.number, order.total_price, order.currency) == (ORDER, None, None)
    assert [item.sku for item in order.line_items] == ["OAK-BOARD-30", "IRON-HOOK-2"]


@pytest.mark.parametrize("first", [True, False])
async def test_of_one_moment_the_word_that_is_further_counts(bench: Bench, first: bool) -> None:
    acme = await connected(bench.desk)
    told = [order_note("10:00", "Unshipped"), order_note("10:00", "Shipped")]
    await tell(bench.desk, *(told if first else reversed(told)))
    assert [order.status for order in await orders_of(bench.desk, acme)] == ["Shipped"]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda told: told,
        small,
        lambda told: {"detail-type": "ORDER_CHANGE", "detail": told},
        lambda told: {"detail": small(told)},
        lambda told: {"Records": [{"body": json.dumps(told)}]},
        lambda told: {"Records": [{"body": json.dumps({"detail": told})}]},
        lambda told: {"detail": {"Records": [{"body": json.dumps(told)}]}},
    ],
    ids=["bare", "small", "event", "small event", "record", "event in a record", "record in an event"],
)
async def test_however_it_is_spelt_and_wrapped_it_is_the_same(bench: Bench, wrap: Any) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, note())
    before, tickets = await orders_of(bench.desk, acme), await tickets_of(bench.desk, acme)
    await tell(bench.desk, wrap(note()))
    assert await orders_of(bench.desk, acme) == before
    assert await tickets_of(bench.desk, acme) == tickets
    assert {event.type for event in await events_of(bench.desk)} == {"ORDER_CHANGE"}


async def test_records_of_a_queue_are_one_event_each(bench: Bench) -> None:
    acme = await connected(bench.desk)
    bodies = [json.dumps(note()), "no notification", json.dumps(note("RETURN_STATUS_CHANGE"))]
    await tell(bench.desk, {"Records": [{"body": body} for body in bodies]})
    found = sorted((event.type, event.state) for event in await events_of(bench.desk))
    assert found == [
        ("Notification", EventState.DEAD),
        ("ORDER_CHANGE", EventState.PROCESSED),
        ("RETURN_STATUS_CHANGE", EventState.PROCESSED),
    ]
    assert len(await orders_of(bench.desk, acme)) == 1


@pytest.mark.parametrize("type", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
async def test_a_notification_cannot_pass_for_a_confirmation(bench: Bench, type: str) -> None:
    await connected(bench.desk)
    await tell(bench.desk, {"notificationType": type, "payload": {}})
    assert [event.type for event in await events_of(bench.desk)] == ["Notification"]
    assert "topic_ended_at" not in (await account_of(bench.desk)).settings


async def test_a_request_is_a_ticket_of_nobody_we_know(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, note())
    (ticket,) = await tickets_of(bench.desk, acme)
    assert (ticket.subject, ticket.channel.value) == (f"Cancel order {ORDER}?", "amazon")
    customer = await bench.desk.store().read(lambda view: view.customers.get(acme.id, ticket.customer_id))
    assert customer is not None
    assert (customer.name, customer.emails) == (f"Amazon buyer of order {ORDER}", ())
    assert [(one.kind, one.value) for one in customer.identities] == [("amazon", ORDER)]


async def test_a_further_request_goes_into_the_same_ticket_and_reopens_it(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, note())
    (ticket,) = await tickets_of(bench.desk, acme)
    await _settle(bench.desk, ticket, Status.RESOLVED)
    await tell(bench.desk, note())
    assert [one.status for one in await tickets_of(bench.desk, acme)] == [Status.RESOLVED]
    await tell(bench.desk, asked_again("15:30", "Buyer wants another address"))
    (ticket,) = await tickets_of(bench.desk, acme)
    assert (ticket.status, ticket.message_count) == (Status.OPEN, 2)


async def test_after_a_closed_or_deleted_ticket_a_request_opens_another(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, note())
    (first,) = await tickets_of(bench.desk, acme)
    await _settle(bench.desk, first, Status.CLOSED)
    await tell(bench.desk, asked_again("15:30", "Please"))
    second = next(one for one in await tickets_of(bench.desk, acme) if one.id != first.id)
    assert second.follows_id == first.id
    (order,) = await orders_of(bench.desk, acme)
    assert order.ticket_id == second.id
    await bench.desk.delete_ticket()(acme.id, second.id, DESK)
    await tell(bench.desk, asked_again("15:40", "Please!"))
    third = [one for one in await tickets_of(bench.desk, acme) if one.id not in (first.id, second.id)]
    assert [one.customer_id for one in third] == [first.customer_id]


def asked_again(at: str, reason: str) -> Note:
    told = note()
    trigger = {"TimeOfOrderChange": f"2026-02-27T{at}:00.000Z", "ChangeReason": reason}
    told["Payload"]["OrderChangeNotification"]["OrderChangeTrigger"] = trigger
    return _as_of(told, at)


async def test_a_seller_whom_nobody_has_connected_waits(bench: Bench) -> None:
    acme = await bench.begin()
    await tell(bench.desk, note())
    (event,) = await events_of(bench.desk)
    assert (event.state, event.account, event.error) == (
        EventState.UNMATCHED,
        SELLER,
        f"No organization has connected {SELLER}",
    )
    await bench.desk.connect_integration()(acme.id, "amazon", SELLER, {})
    await run_jobs(bench.desk)
    assert len(await orders_of(bench.desk, acme)) == 1
    assert len(await tickets_of(bench.desk, acme)) == 1


async def test_a_seller_of_another_organization_is_theirs_alone(bench: Bench) -> None:
    acme = await connected(bench.desk)
    other = await bench.desk.create_organization()("other", "Other")
    await bench.desk.connect_integration()(other.id, "amazon", "A9OTHER", {})
    told = note()
    told["Payload"]["OrderChangeNotification"]["SellerId"] = "A9OTHER"
    await tell(bench.desk, told)
    assert await orders_of(bench.desk, acme) == []
    assert len(await orders_of(bench.desk, other)) == 1


async def test_a_return_is_noted(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, note("RETURN_STATUS_CHANGE"))
    (found,) = await bench.desk.store().read(lambda view: view.records.of(acme.id, ReturnNote, 9))
    assert (found.external_id, found.status, found.order) == ("RET-20458", "RETURN_REQUESTED", ORDER)


def feed_note(at: str, status: str) -> Note:
    told = note("FEED_PROCESSING_FINISHED")
    told["payload"]["feedProcessingFinishedNotification"]["processingStatus"] = status
    told["eventTime"] = f"2026-02-27T{at}:00.000Z"
    return told


async def test_of_a_feed_that_failed_the_admins_are_told_once(bench: Bench) -> None:
    acme = await connected(bench.desk)
    await tell(
        bench.desk, feed_note("15:00", "FATAL"), feed_note("15:00", "FATAL"), feed_note("15:05", "FATAL")
    )
    (letter,) = [mail for _, mail in bench.post.sent]
    assert letter.subject == "Feed 61840022917 has failed"
    assert [address.email for address in letter.to] == ["ada@acme.example"]
    (feed,) = await bench.desk.store().read(lambda view: view.records.of(acme.id, Feed, 9))
    assert feed.status == "FATAL"


@pytest.mark.parametrize("late", ["CANCELLED", "FATAL"])
@pytest.mark.parametrize("at", ["14:00", "15:00", "16:00"])
async def test_a_feed_that_is_done_stays_so(bench: Bench, late: str, at: str) -> None:
    acme = await connected(bench.desk)
    await tell(bench.desk, feed_note("15:00", "DONE"), feed_note(at, late))
    (feed,) = await bench.desk.store().read(lambda view: view.records.of(acme.id, Feed, 9))
    assert feed.status == "DONE"
    assert bench.post.sent == []


async def test_a_feed_of_a_merchant_without_a_seller_id_is_theirs_by_the_account(bench: Bench) -> None:
    acme = await connected(bench.desk)
    told = feed_note("15:00", "DONE")
    del told["payload"]["feedProcessingFinishedNotification"]["sellerId"]
    await tell(bench.desk, told)
    assert len(await bench.desk.store().read(lambda view: view.records.of(acme.id, Feed, 9))) == 1


async def ends(desk: Container, at: str, topic: str = TOPIC) -> None:
    await tell(
        desk, "Ended.", type="UnsubscribeConfirmation", Timestamp=f"2026-04-06T{at}:00.000Z", TopicArn=topic
    )


async def test_the_end_of_a_topic_marks_who_was_heard_through_it_until_it_is_heard_again(
    bench: Bench,
) -> None:
    await connected(bench.desk)
    await tell(bench.desk, order_note("10:00", "Pending"), Timestamp="2026-04-06T08:00:00.000Z")
    assert (await account_of(bench.desk)).settings == {"topic": TOPIC}
    await ends(bench.desk, "08:30", OTHER_TOPIC)
    assert (await account_of(bench.desk)).settings == {"topic": TOPIC}
    for _ in range(2):
        await ends(bench.desk, "08:30")
    assert (await account_of(bench.desk)).settings["topic_ended_at"] == "2026-04-06T08:30:00+00:00"
    assert [mail.subject for _, mail in bench.post.sent] == [
        f"Amazon no longer tells the desk about {SELLER}"
    ]
    await tell(bench.desk, order_note("09:00", "Pending"), Timestamp="2026-04-06T08:20:00.000Z")
    assert "topic_ended_at" in (await account_of(bench.desk)).settings
    await tell(bench.desk, order_note("11:00", "Pending"), Timestamp="2026-04-06T08:40:00.000Z")
    assert (await account_of(bench.desk)).settings == {"topic": TOPIC}
    assert len(bench.post.sent) == 1


async def _settle(desk: Container, ticket: Ticket, status: Status) -> None:
    await desk.change_ticket()(ticket.organization_id, ticket.id, DESK, TicketChange(status=status))
