"""From what Stripe sends to what it means.

An event tells of an object as it was when the event came about, so each is a whole word about it. Both shapes of the
API, before and since 2025-03-31, come out the same.
"""

from collections.abc import Sequence

from attrs import evolve

from helpdesk_adapters.payments.stripe import payloads, records
from helpdesk_adapters.payments.stripe.envelope import Heard, email, heard, key_of, noted
from helpdesk_adapters.web.vendor_values import since_1970
from helpdesk_core import billing
from helpdesk_core.commands import Command, TellRecord
from helpdesk_core.notices import DueNotice, Notice


def subscription_created(raw: bytes) -> Sequence[Command]:
    """A subscription as it began, often `incomplete`."""
    return heard(raw, lambda event: [records.subscription(event, rank=0)])


def trial_will_end(raw: bytes) -> Sequence[Command]:
    """A trial ends in three days, or at once where it is shorter than that."""

    def tell(event: Heard) -> Sequence[Command]:
        told, seen = records.subscription(event, rank=1), event.read(payloads.Subscription)
        key = key_of("sub", seen.id, "trial", seen.trial_end)
        return [evolve(told, notices=(DueNotice(Notice.TRIAL_ENDING, key, day=since_1970(seen.trial_end)),))]

    return heard(raw, tell)


def subscription_updated(raw: bytes) -> Sequence[Command]:
    """A subscription as it is now; from when it is to end, that is written about."""

    def tell(event: Heard) -> Sequence[Command]:
        told, seen = records.subscription(event, rank=2), event.read(payloads.Subscription)
        day = told.record.ends_at if isinstance(told.record, billing.Subscription) else None
        if day is None:
            return [told]
        key = key_of("sub", seen.id, "cancel", int(day.timestamp()))
        return [evolve(told, notices=(DueNotice(Notice.SUBSCRIPTION_ENDING, key, day=day),))]

    return heard(raw, tell)


def subscription_deleted(raw: bytes) -> Sequence[Command]:
    """A subscription has ended, for good."""

    def tell(event: Heard) -> Sequence[Command]:
        told = records.subscription(event, rank=3, ended=True)
        key = key_of("sub", told.record.external_id, "ended")
        return [evolve(told, notices=(DueNotice(Notice.SUBSCRIPTION_ENDED, key),))]

    return heard(raw, tell)


def invoice_paid(raw: bytes) -> Sequence[Command]:
    """An invoice is paid; one over nothing needs no receipt."""

    def tell(event: Heard) -> Sequence[Command]:
        seen = event.read(payloads.Invoice)
        notice = DueNotice(Notice.INVOICE_PAID, key_of("inv", seen.id, "paid"), email(seen.customer_email))
        return [records.invoice(event, rank=1, status="paid", notice=notice if seen.amount_paid else None)]

    return heard(raw, tell)


def invoice_failed(raw: bytes) -> Sequence[Command]:
    """An attempt to collect an invoice has failed; each attempt is written about."""

    def tell(event: Heard) -> Sequence[Command]:
        seen = event.read(payloads.Invoice)
        key = key_of("inv", seen.id, "failed", seen.attempt_count)
        notice = DueNotice(Notice.INVOICE_FAILED, key, email(seen.customer_email))
        return [records.invoice(event, rank=0, status=seen.status, notice=notice)]

    return heard(raw, tell)


def payment_intent_succeeded(raw: bytes) -> Sequence[Command]:
    """A payment has succeeded; where it pays an invoice, that one's receipt tells it."""

    def tell(event: Heard) -> Sequence[Command]:
        seen = event.read(payloads.PaymentIntent)
        amount = seen.amount if seen.amount_received is None else seen.amount_received
        key = key_of("pi", seen.id, "receipt")
        return [
            records.payment(
                event, "succeeded", 1, amount, _unless_invoiced(event, Notice.PAYMENT_RECEIVED, key)
            )
        ]

    return heard(raw, tell)


def payment_intent_failed(raw: bytes) -> Sequence[Command]:
    """A payment has failed, and may be tried again."""

    def tell(event: Heard) -> Sequence[Command]:
        seen = event.read(payloads.PaymentIntent)
        key = key_of("pi", seen.id, "failed", seen.last_payment_error.charge or seen.latest_charge)
        return [
            records.payment(
                event, "failed", 0, seen.amount, _unless_invoiced(event, Notice.PAYMENT_FAILED, key)
            )
        ]

    return heard(raw, tell)


def payment_method_attached(raw: bytes) -> Sequence[Command]:
    """A card or the like belongs to a customer from now on."""
    return heard(raw, lambda event: [records.payment_method(event, rank=0)])


def payment_method_detached(raw: bytes) -> Sequence[Command]:
    """It does no longer, and does not name the customer any more; newer events say whose it was."""

    def tell(event: Heard) -> Sequence[Command]:
        told = records.payment_method(event, rank=1, detached=True, before=event.before("customer"))
        key = key_of("pm", told.record.external_id, "detached")
        return [evolve(told, claim=None, notices=(DueNotice(Notice.NO_CARD_LEFT, key),))]

    return heard(raw, tell)


def setup_intent_succeeded(raw: bytes) -> Sequence[Command]:
    """A payment method may be used later. Only its id is told; what it looks like comes in another event."""

    def tell(event: Heard) -> Sequence[Command]:
        seen = event.read(payloads.SetupIntent)
        told: list[Command] = [records.card_setup(event, "succeeded", rank=1)]
        if seen.customer and seen.payment_method:
            method = billing.PaymentMethod(**event.named(seen.customer, seen.payment_method, None, rank=0))
            told.append(TellRecord(method, event.claim, event.live))
        return told

    return heard(raw, tell)


def setup_intent_failed(raw: bytes) -> Sequence[Command]:
    """A payment method was refused; it is none of the customer's."""

    def tell(event: Heard) -> Sequence[Command]:
        seen = event.read(payloads.SetupIntent)
        key = key_of("seti", seen.id, seen.latest_attempt)
        told = records.card_setup(event, "failed", rank=0)
        return [evolve(told, notices=(DueNotice(Notice.CARD_REFUSED, key),))]

    return heard(raw, tell)


def checkout_completed(raw: bytes) -> Sequence[Command]:
    """Somebody has been at the till; from now on it is known whose customer they are."""

    def tell(event: Heard) -> Sequence[Command]:
        seen = event.read(payloads.CheckoutSession)
        record = billing.Checkout(
            **event.named(seen.customer, seen.id, seen.created, rank=0),
            status=seen.payment_status,
            mode=seen.mode,
            subscription=seen.subscription,
            payment=seen.payment_intent,
            invoice=seen.invoice,
            card_setup=seen.setup_intent,
        )
        reference = noted({"organization_id": seen.client_reference_id})
        return [TellRecord(record, event.claim or reference, event.live)]

    return heard(raw, tell)


def _unless_invoiced(event: Heard, what: Notice, key: str) -> DueNotice | None:
    """What is written about a payment itself; older events tell that it pays an invoice, or that it pays none."""
    seen = event.read(payloads.PaymentIntent)
    if seen.invoice is not None:
        return None
    return DueNotice(what, key, email(seen.receipt_email), unless_told=not event.says("invoice"))
