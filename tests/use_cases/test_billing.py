"""What Stripe tells of an organization's billing: whose it is, what is known after it, what is written about it."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.payments.stripe import STRIPE
from helpdesk_core.billing import Invoice, PaymentMethod, Subscription
from helpdesk_core.errors import AlreadyTaken
from helpdesk_core.users import DESK
from helpdesk_core.webhooks import EventState
from tests.use_cases.stripe_events import (
    CUSTOMER,
    DAY,
    START,
    Event,
    Till,
    a_card,
    a_checkout,
    a_payment,
    a_setup,
    a_subscription,
    an_event,
    an_invoice,
)

CREATED = an_event("customer.subscription.created", a_subscription("incomplete"), 1)
UPDATED = an_event("customer.subscription.updated", a_subscription("active"), 3)
DELETED = an_event("customer.subscription.deleted", a_subscription("canceled", ended_at=START + DAY), DAY)
ATTACHED = an_event("payment_method.attached", a_card())
DETACHED = an_event("payment_method.detached", a_card(customer=None), 5 * DAY)
SET_UP = an_event("setup_intent.succeeded", a_setup())
PAID = an_event("invoice.paid", an_invoice("paid"), 9)
CHECKED_OUT = an_event("checkout.session.completed", a_checkout(), 10)
SUCCEEDED = an_event("payment_intent.succeeded", a_payment(amount_received=4900), 8)

SCENARIOS: dict[str, tuple[Event, ...]] = {
    "a till that nobody knew": (CREATED, UPDATED, PAID, SUCCEEDED, CHECKED_OUT),
    "all in one second": (
        an_event("customer.subscription.created", a_subscription("incomplete"), 1),
        an_event("customer.subscription.updated", a_subscription("active"), 1),
        an_event("customer.subscription.updated", a_subscription("active", quantity=9), 1),
        CHECKED_OUT,
    ),
    "canceled, with late words": (CREATED, UPDATED, DELETED, CHECKED_OUT),
    "a card that comes and goes": (SET_UP, ATTACHED, DETACHED, CHECKED_OUT),
    "a card that comes back": (
        ATTACHED,
        DETACHED,
        an_event("payment_method.attached", a_card(card={"brand": "visa", "last4": "9999"}), 6 * DAY),
        CHECKED_OUT,
    ),
    "an invoice that is paid in the end": (
        an_event("invoice.payment_failed", an_invoice(next_payment_attempt=START + DAY), 7),
        an_event("invoice.payment_failed", an_invoice(attempt_count=2), DAY),
        an_event("invoice.paid", an_invoice("paid", attempt_count=3), 2 * DAY),
        an_event("customer.subscription.updated", a_subscription("past_due"), DAY),
        CHECKED_OUT,
    ),
    "a payment that succeeds in the end": (
        an_event("payment_intent.payment_failed", a_payment(), 7),
        SUCCEEDED,
        an_event("setup_intent.setup_failed", a_setup(latest_attempt="setatt_0"), 1),
        SET_UP,
        CHECKED_OUT,
    ),
}
each_scenario = pytest.mark.parametrize("events", SCENARIOS.values(), ids=SCENARIOS)


@pytest.fixture
async def till() -> Till:
    return await Till.open()


@each_scenario
async def test_every_order_of_arrival_ends_the_same(events: tuple[Event, ...]) -> None:
    """Stripe promises no order, and its retries come hours later."""
    reached = []
    for order in permutations(events):
        till = await Till.open()
        await till.hear(*order)
        reached.append(await till.known())
        assert {event.state for event in (await till.events()).values()} == {EventState.PROCESSED}
    assert all(known == reached[0] for known in reached)


@st.composite
def deliveries(draw: st.DrawFn, events: tuple[Event, ...]) -> list[tuple[Event, bool, int]]:
    """The events in some order, some of them twice; whether jobs run after each, and the seconds until the next."""
    twice = draw(st.lists(st.sampled_from(events), max_size=4))
    order = draw(st.permutations([*events, *twice]))
    pauses = st.tuples(st.booleans(), st.sampled_from([0, 1, 30]))
    return [(event, *draw(pauses)) for event in order]


@given(
    drawn=st.sampled_from(list(SCENARIOS.values())).flatmap(
        lambda events: st.tuples(st.just(events), deliveries(events))
    )
)
async def test_no_order_repetition_or_pause_makes_a_difference(
    drawn: tuple[tuple[Event, ...], list[tuple[Event, bool, int]]],
) -> None:
    """Whether jobs run at once or late, and whatever Stripe repeats, the same is known, and told once."""
    events, order = drawn
    till, plain = await Till.open(), await Till.open()
    for event, at_once, pause in order:
        await till.deliver(event)
        if at_once:
            await till.bench.run_jobs()
        till.bench.clock.pass_(seconds=pause)
    await till.settle()
    await plain.hear(*events)
    assert await till.known() == await plain.known()
    letters = till.letters()
    assert len([letter for letter in letters if letter.startswith("Receipt")]) <= 1
    assert len(letters) == len(set(letters))


async def test_late_words_neither_revive_nor_unpay(till: Till) -> None:
    await till.connect()
    await till.hear(DELETED, UPDATED, CREATED, PAID)
    await till.hear(an_event("invoice.payment_failed", an_invoice(), 7))
    known = await till.known()
    assert [one.status for one in known["subscription"] if isinstance(one, Subscription)] == ["canceled"]
    assert [one.status for one in known["invoice"] if isinstance(one, Invoice)] == ["paid"]


async def test_an_event_of_an_unbound_customer_waits_until_it_is_bound(till: Till) -> None:
    await till.hear(UPDATED)
    waiting = (await till.events())[UPDATED["id"]]
    assert (waiting.state, waiting.account) == (EventState.UNMATCHED, CUSTOMER)
    assert not (await till.known())["subscription"]
    await till.connect()
    await till.bench.run_jobs()
    assert (await till.events())[UPDATED["id"]].state is EventState.PROCESSED
    assert (await till.known())["subscription"]


@pytest.mark.parametrize("by", ["id", "slug"])
@pytest.mark.parametrize(
    "kind",
    ["customer.subscription.created", "setup_intent.succeeded", "payment_intent.succeeded", "invoice.paid"],
)
async def test_the_organization_noted_on_an_object_binds_its_customer(till: Till, kind: str, by: str) -> None:
    objects: dict[str, dict[str, Any]] = {
        "customer.subscription.created": a_subscription(),
        "setup_intent.succeeded": a_setup(),
        "payment_intent.succeeded": a_payment(),
        "invoice.paid": an_invoice("paid"),
    }
    claim = str(till.home) if by == "id" else "acme"
    event = an_event(kind, {**objects[kind], "metadata": {"organization_id": claim}})
    await till.hear(event)
    assert (await till.events())[event["id"]].organization_id == till.home
    bound = await till.bench.desk.store().read(lambda view: view.integrations.by_account("stripe", CUSTOMER))
    assert bound is not None
    assert bound.organization_id == till.home


async def test_a_bound_customer_is_never_bound_anew(till: Till) -> None:
    other = await till.bench.desk.create_organization()("globex", "Globex")
    await till.connect()
    await till.hear(an_event("checkout.session.completed", a_checkout(client_reference_id="globex")))
    assert (await till.known())["checkout"]
    assert not (await till.known(other.id))["checkout"]
    with pytest.raises(AlreadyTaken):
        await till.bench.desk.connect_integration()(other.id, "stripe", CUSTOMER, {})


async def test_what_an_admin_disconnected_is_not_bound_by_an_event(till: Till) -> None:
    await till.connect()
    desk = till.bench.desk
    bound = await desk.store().read(lambda view: view.integrations.by_account("stripe", CUSTOMER))
    assert bound is not None
    await desk.disconnect_integration()(till.home, bound.id, DESK)
    await till.hear(CHECKED_OUT)
    assert (await till.events())[CHECKED_OUT["id"]].state is EventState.UNMATCHED


@pytest.mark.parametrize("claim", ["nobody", "0b5c6b0e-0000-7000-8000-000000000000", "", "a\0b", "x" * 5000])
async def test_a_claim_of_nobody_binds_nothing(till: Till, claim: str) -> None:
    event = an_event("checkout.session.completed", a_checkout(client_reference_id=claim))
    await till.hear(event)
    assert (await till.events())[event["id"]].state is EventState.UNMATCHED


async def test_a_card_is_detached_though_nobody_says_whose_it_was(till: Till) -> None:
    await till.connect()
    await till.hear(DETACHED)
    waiting = (await till.events())[DETACHED["id"]]
    assert (waiting.state, waiting.account) == (EventState.UNMATCHED, "pm_1")
    await till.hear(ATTACHED)
    (card,) = (await till.known())["payment_method"]
    assert isinstance(card, PaymentMethod)
    assert card.detached
    assert (await till.events())[DETACHED["id"]].state is EventState.PROCESSED


async def test_a_newer_detach_says_whose_the_card_was(till: Till) -> None:
    await till.connect()
    event = an_event("payment_method.detached", a_card(customer=None), DAY, previous={"customer": CUSTOMER})
    await till.hear(event, ATTACHED)
    (card,) = (await till.known())["payment_method"]
    assert isinstance(card, PaymentMethod)
    assert card.detached


async def test_the_looks_of_a_card_are_told_by_one_event_and_its_being_there_by_another(till: Till) -> None:
    await till.connect()
    await till.hear(SET_UP)
    (bare,) = (await till.known())["payment_method"]
    assert isinstance(bare, PaymentMethod)
    assert bare.last4 is None
    await till.hear(ATTACHED)
    (whole,) = (await till.known())["payment_method"]
    assert isinstance(whole, PaymentMethod)
    assert (whole.brand, whole.last4, whole.detached) == ("visa", "1881", False)


async def test_the_log_tells_of_changes_and_of_nothing_else(till: Till) -> None:
    await till.connect()
    await till.hear(CREATED, UPDATED)
    older = an_event("customer.subscription.updated", a_subscription("past_due"), 2)
    again = an_event("customer.subscription.updated", a_subscription("active"), 60)
    await till.hear(older, again, UPDATED)
    log = await till.bench.desk.store().read(lambda view: view.log.since(till.home, 0, 100))
    told = [event.data for event in log.events if event.type == "subscription.updated"]
    common = {"provider": "stripe", "external_id": "sub_1"}
    assert told == [{**common, "status": "incomplete"}, {**common, "status": "active"}]


@pytest.mark.parametrize(
    "event",
    [
        an_event("invoice.paid", an_invoice("paid"), account="acct_1"),
        an_event("invoice.paid", an_invoice("paid"), object="v2.core.event"),
        an_event("charge.refunded", {"id": "ch_1"}),
    ],
    ids=["of a connected account", "thin", "of a type that means nothing"],
)
async def test_what_is_none_of_ours_is_ignored(till: Till, event: Event) -> None:
    await till.connect()
    await till.hear(event)
    assert (await till.events())[event["id"]].state is EventState.IGNORED
    assert not any((await till.known()).values())


def test_every_event_of_the_specification_is_handled() -> None:
    assert len(STRIPE.events) == 13
