"""Billing: how an organization pays for the desk, and the accounts of its own that customers pay into.

All of it lives with the payment provider; these are records of it. Amounts are whole minor units of their currency
(cents, yen), as the provider counts.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self

from attrs import evolve, frozen

from helpdesk_core.records import Record, Stamp


@frozen(kw_only=True)
class Subscription(Record):
    """What the organization is subscribed to. `status` is the provider's word; `canceled` and the like are final."""

    kind: ClassVar[str] = "subscription"

    status: str
    price: str | None = None
    quantity: int | None = None
    current_period_start: datetime | None = None
    current_period_end: datetime | None = None
    trial_end: datetime | None = None
    cancel_at: datetime | None = None
    cancel_at_period_end: bool = False
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    default_payment_method: str | None = None

    @property
    def final(self) -> bool:
        return self.status in ENDED

    @property
    def ends_at(self) -> datetime | None:
        """When it will end by what is arranged; None where it goes on, or has ended."""
        if self.final:
            return None
        return self.cancel_at or (self.current_period_end if self.cancel_at_period_end else None)


ENDED = frozenset({"canceled", "incomplete_expired"})
IN_FORCE = frozenset({"active", "trialing", "past_due"})
"""States in which the organization may use what it is subscribed to."""


def subscription_shown(subscriptions: Sequence[Subscription]) -> Subscription | None:
    """The newest of those in force; where there is none, the newest that has not ended, else the newest of all."""
    return max(
        subscriptions,
        key=lambda one: (one.status in IN_FORCE, not one.final, one.created_at, one.external_id),
        default=None,
    )


@frozen(kw_only=True)
class PaymentMethod(Record):
    """A card or the like. Detached ones are kept, so that a late word does not bring them back.

    Whether it is attached and what it looks like are told by different events. `details_stamp` is how new the latter
    is; without it nothing is known about the looks.
    """

    kind: ClassVar[str] = "payment_method"
    awaited: ClassVar[bool] = True

    type: str | None = None
    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    detached: bool = False
    details_stamp: Stamp | None = None

    def completed(self, older: Self) -> Self:
        if older.details_stamp is None:
            return self
        if self.details_stamp is not None and self.details_stamp >= older.details_stamp:
            return self
        return evolve(older, detached=self.detached, stamp=self.stamp, created_at=self.created_at)


@frozen(kw_only=True)
class Invoice(Record):
    """A bill. `subscription` is the id of what it is for; what is paid stays paid."""

    kind: ClassVar[str] = "invoice"

    status: str
    number: str | None = None
    currency: str | None = None
    amount_due: int | None = None
    amount_paid: int | None = None
    subscription: str | None = None
    hosted_url: str | None = None
    pdf_url: str | None = None
    attempt_count: int = 0
    next_attempt_at: datetime | None = None
    paid_at: datetime | None = None

    @property
    def final(self) -> bool:
        return self.status == "paid"


@frozen(kw_only=True)
class Payment(Record):
    """One payment, with or without an invoice; what has succeeded stays so."""

    kind: ClassVar[str] = "payment"
    awaited: ClassVar[bool] = True

    status: str
    amount: int | None = None
    currency: str | None = None
    invoice: str | None = None
    """The id of the one that it pays; None where it pays none, or where nobody told."""
    decline_code: str | None = None

    @property
    def final(self) -> bool:
        return self.status == "succeeded"

    def completed(self, older: Self) -> Self:
        told = [invoice for invoice in (self.invoice, older.invoice) if invoice is not None]
        return evolve(self, invoice=max(told, default=None))


@frozen(kw_only=True)
class CardSetup(Record):
    """An attempt to make a payment method usable for later; what has succeeded stays so."""

    kind: ClassVar[str] = "card_setup"

    status: str
    payment_method: str | None = None
    decline_code: str | None = None

    @property
    def final(self) -> bool:
        return self.status == "succeeded"


@frozen(kw_only=True)
class Checkout(Record):
    """A visit to the provider's till. It grants nothing by itself, least of all while it is `unpaid`."""

    kind: ClassVar[str] = "checkout"

    status: str
    mode: str | None = None
    subscription: str | None = None
    payment: str | None = None
    invoice: str | None = None
    card_setup: str | None = None


@frozen(kw_only=True)
class ConnectedAccount(Record):
    """An account of the organization's own at the payment provider."""

    kind: ClassVar[str] = "connected_account"

    status: str
    charges_enabled: bool = False
    payouts_enabled: bool = False
    details_submitted: bool = False
    requirements: tuple[str, ...] = ()
    """What the provider still wants to know."""


@frozen(kw_only=True)
class Payout(Record):
    """Money on its way from a connected account to its owner's bank; what was paid may still come back."""

    kind: ClassVar[str] = "payout"

    status: str
    amount: int | None = None
    currency: str | None = None
    arrives_at: datetime | None = None
    failure_code: str | None = None
