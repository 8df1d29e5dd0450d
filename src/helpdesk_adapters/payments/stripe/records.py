"""Stripe's objects as records of them: one function for each kind, for all of its events and both shapes of the API.

`rank` puts words of the same second in order.
"""

from helpdesk_adapters.payments.stripe import payloads
from helpdesk_adapters.payments.stripe.envelope import Heard, noted
from helpdesk_adapters.web.vendor_values import since_1970, whole
from helpdesk_core import billing
from helpdesk_core.commands import TellRecord
from helpdesk_core.notices import DueNotice


def subscription(event: Heard, rank: int, *, ended: bool = False) -> TellRecord:
    """With `ended` it is over, whatever its status says. Its period is from its items' first day to their last."""
    seen = event.read(payloads.Subscription)
    items = seen.items.data
    first = items[0] if items else payloads.SubscriptionItem()
    starts = [item.current_period_start for item in items if item.current_period_start is not None]
    ends = [item.current_period_end for item in items if item.current_period_end is not None]
    record = billing.Subscription(
        **event.named(seen.customer, seen.id, seen.created, rank),
        status="canceled" if ended and seen.status not in billing.ENDED else seen.status,
        price=first.price.id or first.plan.id or seen.plan.id,
        quantity=whole(seen.quantity if first.quantity is None else first.quantity),
        current_period_start=since_1970(min(starts, default=seen.current_period_start)),
        current_period_end=since_1970(max(ends, default=seen.current_period_end)),
        trial_end=since_1970(seen.trial_end),
        cancel_at=since_1970(seen.cancel_at),
        cancel_at_period_end=seen.cancel_at_period_end,
        canceled_at=since_1970(seen.canceled_at),
        ended_at=since_1970(seen.ended_at),
        default_payment_method=seen.default_payment_method,
    )
    return TellRecord(record, event.claim, event.live)


def invoice(event: Heard, rank: int, status: str, notice: DueNotice | None) -> TellRecord:
    """The organization may be noted on the subscription that the invoice is for."""
    seen = event.read(payloads.Invoice)
    about = seen.parent.subscription_details
    record = billing.Invoice(
        **event.named(seen.customer, seen.id, seen.created, rank),
        status=status,
        number=seen.number,
        currency=seen.currency,
        amount_due=whole(seen.amount_due),
        amount_paid=whole(seen.amount_paid),
        subscription=about.subscription or seen.subscription,
        hosted_url=seen.hosted_invoice_url,
        pdf_url=seen.invoice_pdf,
        attempt_count=whole(seen.attempt_count) or 0,
        next_attempt_at=since_1970(seen.next_payment_attempt),
        paid_at=since_1970(seen.status_transitions.paid_at),
    )
    return TellRecord(record, event.claim or noted(about.metadata), event.live, (notice,) if notice else ())


def payment(event: Heard, status: str, rank: int, amount: int | None, notice: DueNotice | None) -> TellRecord:
    """Without an invoice where the API no longer tells of one."""
    seen = event.read(payloads.PaymentIntent)
    refusal = seen.last_payment_error
    record = billing.Payment(
        **event.named(seen.customer, seen.id, seen.created, rank),
        status=status,
        amount=whole(amount),
        currency=seen.currency,
        invoice=seen.invoice,
        decline_code=None if status == "succeeded" else refusal.decline_code or refusal.code,
    )
    return TellRecord(record, event.claim, event.live, (notice,) if notice else ())


def payment_method(event: Heard, rank: int, *, detached: bool = False, before: str = "") -> TellRecord:
    """`before` is the customer whose it was, where it names none any more."""
    seen = event.read(payloads.PaymentMethod)
    named = event.named(seen.customer or before, seen.id, seen.created, rank)
    record = billing.PaymentMethod(
        **named,
        type=seen.type,
        brand=seen.card.brand,
        last4=seen.card.last4,
        exp_month=whole(seen.card.exp_month),
        exp_year=whole(seen.card.exp_year),
        detached=detached,
        details_stamp=named["stamp"],
    )
    return TellRecord(record, event.claim, event.live)


def card_setup(event: Heard, status: str, rank: int) -> TellRecord:
    """A SetupIntent."""
    seen = event.read(payloads.SetupIntent)
    refusal = seen.last_setup_error
    record = billing.CardSetup(
        **event.named(seen.customer, seen.id, seen.created, rank),
        status=status,
        payment_method=seen.payment_method,
        decline_code=None if status == "succeeded" else refusal.decline_code or refusal.code,
    )
    return TellRecord(record, event.claim, event.live)
