"""What Stripe sends (docs.stripe.com/api), in the shapes of API versions before and since 2025-03-31.

Times are seconds since 1970, amounts minor units.
"""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen


@frozen
class Data:
    """What an event is about, as it was at that time, and what of it was different before."""

    object: Mapping[str, Any]
    previous_attributes: Mapping[str, Any] = Factory(dict)


@frozen
class Event:
    """The envelope. `account` is there in events of connected accounts only."""

    id: str
    created: int
    data: Data
    livemode: bool = False
    account: str | None = None


@frozen
class Price:
    id: str | None = None


@frozen
class SubscriptionItem:
    """Since 2025-03-31 the current period stands here, before on the subscription."""

    price: Price = Price()
    plan: Price = Price()
    quantity: int | None = None
    current_period_start: int | None = None
    current_period_end: int | None = None


@frozen
class SubscriptionItems:
    data: tuple[SubscriptionItem, ...] = ()


@frozen
class Subscription:
    id: str
    status: str
    created: int | None = None
    customer: str = ""
    items: SubscriptionItems = SubscriptionItems()
    plan: Price = Price()
    quantity: int | None = None
    current_period_start: int | None = None
    current_period_end: int | None = None
    trial_end: int | None = None
    cancel_at: int | None = None
    cancel_at_period_end: bool = False
    canceled_at: int | None = None
    ended_at: int | None = None
    default_payment_method: str | None = None


@frozen
class Card:
    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None


@frozen
class PaymentMethod:
    """`customer` is gone once it is detached. A type other than `card` may have a last4 of its own."""

    id: str
    type: str | None = None
    created: int | None = None
    customer: str = ""
    card: Card = Card()


@frozen
class Refusal:
    """Why a card was refused."""

    code: str | None = None
    decline_code: str | None = None
    charge: str | None = None


@frozen
class SetupIntent:
    id: str
    created: int | None = None
    customer: str = ""
    payment_method: str | None = None
    latest_attempt: str | None = None
    last_setup_error: Refusal = Refusal()


@frozen
class PaymentIntent:
    """`invoice` is gone since 2025-03-31: then nothing tells whether it pays one."""

    id: str
    amount: int | None = None
    amount_received: int | None = None
    created: int | None = None
    currency: str | None = None
    customer: str = ""
    invoice: str | None = None
    receipt_email: str | None = None
    latest_charge: str | None = None
    last_payment_error: Refusal = Refusal()


@frozen
class CheckoutSession:
    """`payment_status`: paid, unpaid or no_payment_required."""

    id: str
    payment_status: str
    created: int | None = None
    client_reference_id: str | None = None
    customer: str = ""
    mode: str | None = None
    subscription: str | None = None
    setup_intent: str | None = None
    payment_intent: str | None = None
    invoice: str | None = None


@frozen
class Transitions:
    paid_at: int | None = None


@frozen
class SubscriptionDetails:
    subscription: str | None = None
    metadata: Mapping[str, Any] = Factory(dict)


@frozen
class InvoiceParent:
    """What an invoice is for, since 2025-03-31."""

    subscription_details: SubscriptionDetails = SubscriptionDetails()


@frozen
class Invoice:
    id: str
    status: str
    amount_due: int | None = None
    amount_paid: int | None = None
    attempt_count: int = 0
    created: int | None = None
    currency: str | None = None
    customer: str = ""
    customer_email: str | None = None
    hosted_invoice_url: str | None = None
    invoice_pdf: str | None = None
    next_payment_attempt: int | None = None
    number: str | None = None
    parent: InvoiceParent = InvoiceParent()
    status_transitions: Transitions = Transitions()
    subscription: str | None = None


@frozen
class InvoicePayment:
    invoice: str | None = None


@frozen
class InvoicePayments:
    """The answer to which invoice a payment pays; empty for one that pays none."""

    data: tuple[InvoicePayment, ...] = ()
