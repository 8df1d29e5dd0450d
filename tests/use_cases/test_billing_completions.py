"""What Stripe's events leave out is asked for, where there is a key; what it cannot say must hold nothing up."""

import pytest
from attrs import define, evolve, field
from dependency_injector import providers

from helpdesk_core.billing import Payment, PaymentMethod
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.billing import CardLooks
from helpdesk_core.use_cases.commerce.complete_record import PATIENT_TRIES, CompleteRecord
from helpdesk_core.webhooks import EventState
from tests.use_cases.stripe_events import Till, a_card, a_payment, a_setup, an_event, an_invoice

SET_UP = an_event("setup_intent.succeeded", a_setup())
SUCCEEDED = an_event("payment_intent.succeeded", a_payment(amount_received=4900), 8)


@define
class Source:
    """Stripe, asked for what its events leave out; it may fail first."""

    failures: list[Exception] = field(factory=list)
    invoice: str | None = None
    asked: list[str] = field(factory=list)

    async def looks(self, payment_method: str) -> CardLooks | None:
        self._ask(payment_method)
        return CardLooks("card", "mastercard", "4444", 1, 2032)

    async def invoice_of(self, payment: str) -> str | None:
        self._ask(payment)
        return self.invoice

    def _ask(self, about: str) -> None:
        self.asked.append(about)
        if self.failures:
            raise self.failures.pop(0)


async def a_till(source: Source, *, live: bool = False) -> Till:
    """A desk with a key, of test mode unless it is `live`."""
    till = await Till.open()
    desk = till.bench.desk
    complete = CompleteRecord(desk.store(), {"stripe": source}, {"stripe": live})
    desk.complete_record.override(providers.Object(complete))
    await till.connect()
    return till


async def card(till: Till) -> PaymentMethod:
    (found,) = (await till.known())["payment_method"]
    assert isinstance(found, PaymentMethod)
    return found


async def payment(till: Till) -> Payment:
    (found,) = (await till.known())["payment"]
    assert isinstance(found, Payment)
    return found


async def test_the_looks_of_a_card_are_asked_for() -> None:
    source = Source()
    till = await a_till(source)
    await till.hear(SET_UP)
    assert (await card(till)).last4 == "4444"
    assert source.asked == ["pm_1"]


async def test_what_is_known_is_not_asked_for() -> None:
    source = Source()
    till = await a_till(source)
    await till.hear(an_event("payment_method.attached", a_card()), SET_UP)
    assert (await card(till)).last4 == "1881"
    assert source.asked == []


async def test_what_was_asked_for_and_what_is_told_come_to_the_same_in_any_order() -> None:
    attached = an_event("payment_method.attached", a_card(), 1)
    reached = []
    for order in ((SET_UP, attached), (attached, SET_UP)):
        till = await a_till(Source())
        await till.hear(*order)
        reached.append(await card(till))
    assert reached[0] == reached[1]


async def test_a_provider_that_is_down_is_asked_again() -> None:
    source = Source([TryLater("Stripe is down.")])
    till = await a_till(source)
    await till.hear(SET_UP)
    assert (await till.events())[SET_UP["id"]].state is EventState.FAILED
    till.bench.clock.pass_(minutes=1)
    await till.bench.run_jobs()
    assert (await card(till)).last4 == "4444"


@pytest.mark.parametrize("failure", [GiveUp("Stripe answered 401."), TryLater("Stripe is down.")])
async def test_what_the_event_says_itself_does_not_wait_for_ever(failure: Exception) -> None:
    till = await a_till(Source([failure] * PATIENT_TRIES * 2))
    await till.hear(SET_UP)
    for _ in range(PATIENT_TRIES):
        till.bench.clock.pass_(hours=1)
        await till.bench.run_jobs()
    assert (await till.events())[SET_UP["id"]].state is EventState.PROCESSED
    bare = await card(till)
    assert bare == evolve(bare, last4=None, details_stamp=None)


async def test_a_payment_that_turns_out_to_pay_an_invoice_is_not_receipted() -> None:
    till = await a_till(Source(invoice="in_1"))
    await till.hear(SUCCEEDED)
    await till.settle()
    assert till.letters() == []
    assert (await payment(till)).invoice == "in_1"


async def test_a_payment_that_turns_out_to_pay_none_is_receipted_at_once_and_apart() -> None:
    till = await a_till(Source())
    await till.hear(SUCCEEDED)
    assert till.letters() == ["Receipt: 49.00 EUR"]
    await till.hear(an_event("invoice.paid", an_invoice("paid"), 9))
    assert len(till.letters()) == 2


@pytest.mark.parametrize(("live_key", "live_event"), [(True, False), (False, True)])
async def test_the_mode_of_an_event_must_be_that_of_the_key(live_key: bool, live_event: bool) -> None:
    source = Source()
    till = await a_till(source, live=live_key)
    event = {**SET_UP, "livemode": live_event}
    await till.hear(event)
    assert (await till.events())[event["id"]].state is EventState.IGNORED
    assert not any((await till.known()).values())
    assert source.asked == []
