"""The fields that are read are those that Stripe's own library knows, or that it once knew."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
import stripe

from helpdesk_adapters.payments.stripe import payloads

BEFORE_2025 = {
    "Subscription.current_period_end",
    "Subscription.current_period_start",
    "Subscription.plan",
    "Subscription.quantity",
    "Invoice.subscription",
    "PaymentIntent.invoice",
}
"""Gone from the library, and still sent by endpoints of an older version."""

OBJECTS: list[tuple[type[attrs.AttrsInstance], Any]] = [
    (payloads.Event, stripe.Event),
    (payloads.Subscription, stripe.Subscription),
    (payloads.SubscriptionItem, stripe.SubscriptionItem),
    (payloads.PaymentMethod, stripe.PaymentMethod),
    (payloads.Card, stripe.PaymentMethod.Card),
    (payloads.SetupIntent, stripe.SetupIntent),
    (payloads.PaymentIntent, stripe.PaymentIntent),
    (payloads.CheckoutSession, stripe.checkout.Session),
    (payloads.Invoice, stripe.Invoice),
    (payloads.InvoiceParent, stripe.Invoice.Parent),
    (payloads.SubscriptionDetails, stripe.Invoice.Parent.SubscriptionDetails),
    (payloads.Transitions, stripe.Invoice.StatusTransitions),
    (payloads.Refusal, stripe.PaymentIntent.LastPaymentError),
    (payloads.InvoicePayment, stripe.InvoicePayment),
]


@pytest.mark.parametrize(("ours", "theirs"), OBJECTS, ids=[ours.__name__ for ours, _ in OBJECTS])
def test_every_field_that_is_read_exists(ours: type[attrs.AttrsInstance], theirs: Any) -> None:
    known = {name for cls in theirs.__mro__ for name in getattr(cls, "__annotations__", {})}
    unknown = {f"{ours.__name__}.{name}" for name in _names(ours) if name not in known}
    assert unknown == {name for name in BEFORE_2025 if name.startswith(f"{ours.__name__}.")}


def _names(cls: type[attrs.AttrsInstance]) -> Iterator[str]:
    for field in attrs.fields(cls):
        yield field.metadata.get("name", field.name)
