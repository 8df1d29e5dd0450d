"""Billing.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class SubscriptionView:
    """What the organization is subscribed to. `status` is the provider's word, `price` its id of what
    is paid for.
    """

    id: str
    status: str
    price: str | None
    quantity: int | None
    current_period_start: datetime | None
    current_period_end: datetime | None
    trial_end: datetime | None
    cancel_at: datetime | None
    cancel_at_period_end: bool
    canceled_at: datetime | None
    ended_at: datetime | None
    default_payment_method: str | None
    created_at: datetime


@frozen(kw_only=True)
class PaymentMethodView:
    """A card or the like that can be charged. What is null was not told yet, or no such method has it."""

    id: str
    type: str | None
    brand: str | None
    last4: str | None
    exp_month: int | None
    exp_year: int | None
    created_at: datetime


@frozen(kw_only=True)
class InvoiceView:
    """A bill; amounts are minor units of the currency."""

    id: str
    number: str | None
    status: str
    currency: str | None
    amount_due: int | None
    amount_paid: int | None
    subscription_id: str | None
    attempt_count: int
    """How often it was tried to collect it."""
    next_attempt_at: datetime | None
    paid_at: datetime | None
    hosted_url: str | None
    """Where it can be seen and paid."""
    pdf_url: str | None
    created_at: datetime


@frozen(kw_only=True)
class ConnectedAccountView:
    """An account of the organization's own at the payment provider."""

    id: str
    status: str
    """`active`, `restricted`, or `disconnected` once the desk was thrown out."""
    charges_enabled: bool
    payouts_enabled: bool
    created_at: datetime


@frozen(kw_only=True)
class BillingView:
    """How the organization pays. Ids are the provider's."""

    subscription: SubscriptionView | None
    """The one in force, else the newest that there was."""
    payment_methods: Sequence[PaymentMethodView]
    invoices: Sequence[InvoiceView]
    """The newest hundred, the newest first."""
    connected_accounts: Sequence[ConnectedAccountView]


@frozen
class Billing:
    """Billing."""

    _calls: Calls

    async def show(self) -> BillingView:
        """Show subscription, payment methods, invoices and connected accounts, as the payment provider
        told last.
        """
        answered: BillingView = await self._calls.answer(BillingView, "GET", "/api/v1/billing")
        return answered
