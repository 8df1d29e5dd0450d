"""What the desk writes about billing: to whom, in which words, and each thing once."""

from typing import Any

import pytest

from helpdesk_core.errors import MissingSetting
from helpdesk_core.jobs import TryLater
from helpdesk_core.money import spelled
from tests.use_cases.stripe_events import (
    DAY,
    START,
    Event,
    Till,
    a_card,
    a_payment,
    a_setup,
    a_subscription,
    an_event,
    an_invoice,
)

ADMIN, BOOKS = "ada@acme.example", "books@acme.example"
PAID = an_event("invoice.paid", an_invoice("paid"), 9)
SUCCEEDED = an_event("payment_intent.succeeded", a_payment(amount_received=4900), 10)


@pytest.fixture
async def till() -> Till:
    till = await Till.open()
    await till.connect()
    return till


def sent(till: Till) -> list[tuple[str, str]]:
    """Whom each letter went to, and its subject."""
    return [(address.email, mail.subject) for _, mail in till.bench.post.sent for address in mail.to]


async def test_a_paid_invoice_is_receipted_to_the_address_on_it(till: Till) -> None:
    await till.hear(PAID)
    assert sent(till) == [(BOOKS, "Receipt for invoice ACME-0001")]
    ((_, mail),) = till.bench.post.sent
    assert "49.00 EUR" in mail.text
    assert "https://invoice.stripe.com/i/in_1" in mail.text


async def test_without_an_address_the_admins_are_written_to(till: Till) -> None:
    await till.hear(an_event("invoice.paid", an_invoice("paid", customer_email=None), 9))
    assert sent(till) == [(ADMIN, "Receipt for invoice ACME-0001")]


async def test_what_is_no_address_is_not_written_to(till: Till) -> None:
    await till.hear(an_event("invoice.paid", an_invoice("paid", customer_email="a@b.c\r\nBcc: x@y.z"), 9))
    assert sent(till) == [(ADMIN, "Receipt for invoice ACME-0001")]


async def test_an_invoice_over_nothing_is_not_receipted(till: Till) -> None:
    await till.hear(an_event("invoice.paid", an_invoice("paid", amount_due=0, amount_paid=0), 9))
    assert sent(till) == []


async def test_a_repeated_event_is_written_about_once(till: Till) -> None:
    """Stripe may also make two events of one change."""
    await till.hear(PAID, PAID, an_event("invoice.paid", an_invoice("paid"), 11), PAID)
    assert len(sent(till)) == 1


async def test_a_letter_that_could_not_be_sent_is_sent_later_under_the_same_key(till: Till) -> None:
    till.bench.post.failures = [TryLater("The mail server is down.")]
    await till.hear(PAID)
    assert sent(till) == []
    await till.hear(PAID)
    till.bench.clock.pass_(minutes=1)
    await till.bench.run_jobs()
    till.bench.clock.pass_(hours=2)
    await till.bench.run_jobs()
    assert len(sent(till)) == 1


async def test_without_a_way_to_send_mail_billing_is_known_all_the_same(till: Till) -> None:
    till.bench.post.failures = [MissingSetting("SMTP_URL", "no mail can be sent")]
    await till.hear(PAID)
    assert (await till.known())["invoice"]


@pytest.mark.parametrize(
    "order", [(PAID, SUCCEEDED), (SUCCEEDED, PAID)], ids=["invoice first", "payment first"]
)
@pytest.mark.parametrize("pause", [0, 5, 10, 3600])
async def test_an_invoice_and_its_payment_are_receipted_once(
    till: Till, order: tuple[Event, Event], pause: int
) -> None:
    """In the current API the payment does not tell that it pays the invoice."""
    for event in order:
        await till.hear(event)
        till.bench.clock.pass_(seconds=pause)
        await till.bench.run_jobs()
    await till.settle()
    assert len(sent(till)) == 1


async def test_a_failed_invoice_and_its_payment_are_told_once_for_each_attempt(till: Till) -> None:
    for attempt, at in ((1, 7), (2, 3 * DAY)):
        invoice = an_invoice(attempt_count=attempt, next_payment_attempt=START + 6 * DAY)
        payment = a_payment(last_payment_error={"charge": f"ch_{attempt}", "code": "card_declined"})
        await till.hear(an_event("payment_intent.payment_failed", payment, at))
        await till.hear(an_event("invoice.payment_failed", invoice, at + 1))
        await till.settle()
    assert sent(till) == [(BOOKS, "Payment failed: invoice ACME-0001")] * 2


async def test_a_payment_for_no_invoice_is_receipted(till: Till) -> None:
    payment = a_payment(amount_received=4900, receipt_email="ida@acme.example")
    await till.hear(an_event("payment_intent.succeeded", payment))
    assert sent(till) == []
    await till.settle()
    assert sent(till) == [("ida@acme.example", "Receipt: 49.00 EUR")]


async def test_an_older_event_that_names_no_invoice_is_receipted_at_once(till: Till) -> None:
    await till.hear(an_event("payment_intent.succeeded", a_payment(amount_received=4900, invoice=None)))
    assert sent(till) == [(ADMIN, "Receipt: 49.00 EUR")]
    await till.hear(PAID)
    assert len(sent(till)) == 2


async def test_an_older_event_that_names_its_invoice_is_not_receipted(till: Till) -> None:
    await till.hear(an_event("payment_intent.succeeded", a_payment(amount_received=4900, invoice="in_1")))
    await till.settle()
    assert sent(till) == []


async def test_a_failed_payment_says_why(till: Till) -> None:
    refused = {"code": "card_declined", "decline_code": "insufficient_funds", "charge": "ch_1"}
    failed = a_payment(invoice=None, last_payment_error=refused)
    await till.hear(an_event("payment_intent.payment_failed", failed))
    ((_, mail),) = till.bench.post.sent
    assert mail.subject == "Payment failed: 49.00 EUR"
    assert "insufficient funds" in mail.text


async def test_the_last_failure_is_worded_another_way(till: Till) -> None:
    again = an_invoice(next_payment_attempt=START + 3 * DAY)
    await till.hear(an_event("invoice.payment_failed", again, 7))
    await till.hear(an_event("invoice.payment_failed", an_invoice(attempt_count=2), DAY))
    first, last = (mail for _, mail in till.bench.post.sent)
    assert first.subject == "Payment failed: invoice ACME-0001"
    assert "tried again on" in first.text
    assert last.subject == "Payment failed for the last time: invoice ACME-0001"
    assert "will not be tried again" in last.text


async def test_a_failure_told_after_the_payment_is_not_written_about(till: Till) -> None:
    await till.hear(PAID, an_event("invoice.payment_failed", an_invoice(), 7))
    assert sent(till) == [(BOOKS, "Receipt for invoice ACME-0001")]


async def test_the_end_of_a_trial_is_announced_once(till: Till) -> None:
    trial = a_subscription("trialing", trial_end=START + 3 * DAY)
    for _ in range(2):
        await till.hear(an_event("customer.subscription.trial_will_end", trial))
    ((to, subject),) = sent(till)
    assert to == ADMIN
    assert subject.startswith("The trial ends on ")


@pytest.mark.parametrize(
    "trial",
    [a_subscription("canceled", trial_end=START + 3 * DAY), a_subscription("active", trial_end=START)],
    ids=["canceled", "ended early"],
)
async def test_a_trial_that_is_over_is_not_announced(till: Till, trial: dict[str, Any]) -> None:
    await till.hear(an_event("customer.subscription.trial_will_end", trial))
    assert sent(till) == []


async def test_a_subscription_that_is_to_end_is_written_about_and_its_end_too(till: Till) -> None:
    ending = a_subscription(cancel_at_period_end=True)
    for at in (DAY, 2 * DAY):
        await till.hear(an_event("customer.subscription.updated", ending, at))
    await till.hear(an_event("customer.subscription.deleted", a_subscription("canceled"), 30 * DAY))
    subjects = [subject for _, subject in sent(till)]
    assert len(subjects) == 2
    assert subjects[0].startswith("The subscription will end on ")
    assert subjects[1] == "The subscription has ended"


async def test_a_change_of_mind_that_was_heard_first_is_not_written_about(till: Till) -> None:
    ending = an_event("customer.subscription.updated", a_subscription(cancel_at_period_end=True), DAY)
    await till.hear(an_event("customer.subscription.updated", a_subscription(), 2 * DAY), ending)
    assert sent(till) == []


async def test_a_refused_card_is_told(till: Till) -> None:
    refused = a_setup(payment_method=None, last_setup_error={"decline_code": "generic_decline"})
    for _ in range(2):
        await till.hear(an_event("setup_intent.setup_failed", refused))
    assert sent(till) == [(ADMIN, "A payment method was refused")]


async def test_whoever_is_left_without_a_card_is_warned(till: Till) -> None:
    detached = an_event("payment_method.detached", a_card(customer=None), DAY)
    await till.hear(an_event("payment_method.attached", a_card()), detached)
    assert sent(till) == []
    await till.hear(an_event("customer.subscription.created", a_subscription()))
    for number in (2, 3):
        card = a_card(id=f"pm_{number}")
        await till.hear(an_event("payment_method.attached", card, DAY))
    await till.hear(an_event("payment_method.detached", a_card(id="pm_2", customer=None), 2 * DAY))
    assert sent(till) == []
    await till.hear(an_event("payment_method.detached", a_card(id="pm_3", customer=None), 3 * DAY))
    assert sent(till) == [(ADMIN, "No payment method is left")]


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (58800, "eur", "588.00 EUR"),
        (5, "usd", "0.05 USD"),
        (-1999, "usd", "-19.99 USD"),
        (123456, "jpy", "123,456 JPY"),
        (1234567, "kwd", "1,234.567 KWD"),
        (0, "gbp", "0.00 GBP"),
    ],
)
def test_amounts_are_written_exactly(amount: int, currency: str, words: str) -> None:
    assert spelled(amount, currency) == words
