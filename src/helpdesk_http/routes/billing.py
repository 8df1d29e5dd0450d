"""Billing."""

from datetime import datetime
from functools import partial
from typing import Annotated

from attrs import frozen

from helpdesk_adapters.container import Container
from helpdesk_core.billing import ConnectedAccount, Invoice, PaymentMethod, Subscription
from helpdesk_core.use_cases.commerce.read_billing import read_billing
from helpdesk_core.users import Scope
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.who import Caller


@frozen
class SubscriptionView:
    """What the organization is subscribed to. `status` is the provider's word, `price` its id of what is paid for."""

    id: Annotated[str, About(example="sub_BrightlaneTeam")]
    status: Annotated[str, About(example="active")]
    price: Annotated[str | None, About(example="price_team_monthly")]
    quantity: int | None
    current_period_start: datetime | None
    current_period_end: datetime | None
    trial_end: datetime | None
    cancel_at: datetime | None
    cancel_at_period_end: bool
    canceled_at: datetime | None
    ended_at: datetime | None
    default_payment_method: Annotated[str | None, About(example="pm_BrightlaneVisa")]
    created_at: datetime


@frozen
class PaymentMethodView:
    """A card or the like that can be charged. What is null was not told yet, or no such method has it."""

    id: Annotated[str, About(example="pm_BrightlaneVisa")]
    type: Annotated[str | None, About(example="card")]
    brand: Annotated[str | None, About(example="visa")]
    last4: Annotated[str | None, About(example="1881")]
    exp_month: Annotated[int | None, About(example=8)]
    exp_year: Annotated[int | None, About(example=2031)]
    created_at: datetime


@frozen
class InvoiceView:
    """A bill; amounts are minor units of the currency."""

    id: Annotated[str, About(example="in_BrightlaneMarch")]
    number: Annotated[str | None, About(example="BRIGHT-0007")]
    status: Annotated[str, About(example="paid")]
    currency: Annotated[str | None, About(example="eur")]
    amount_due: Annotated[int | None, About(example=58800)]
    amount_paid: Annotated[int | None, About(example=58800)]
    subscription_id: Annotated[str | None, About(example="sub_BrightlaneTeam")]
    attempt_count: Annotated[int, About(doc="How often it was tried to collect it.", example=1)]
    next_attempt_at: datetime | None
    paid_at: datetime | None
    hosted_url: Annotated[str | None, About(doc="Where it can be seen and paid.")]
    pdf_url: str | None
    created_at: datetime


@frozen
class ConnectedAccountView:
    """An account of the organization's own at the payment provider."""

    id: Annotated[str, About(example="acct_Brightlane")]
    status: Annotated[
        str,
        About(
            doc="`active`, `restricted`, or `disconnected` once the desk was thrown out.", example="active"
        ),
    ]
    charges_enabled: bool
    payouts_enabled: bool
    created_at: datetime


@frozen
class BillingView:
    """How the organization pays. Ids are the provider's."""

    subscription: Annotated[
        SubscriptionView | None, About(doc="The one in force, else the newest that there was.")
    ]
    payment_methods: list[PaymentMethodView]
    invoices: Annotated[list[InvoiceView], About(doc="The newest hundred, the newest first.")]
    connected_accounts: list[ConnectedAccountView]


async def show_billing(desk: Container, who: Caller) -> BillingView:
    """Show subscription, payment methods, invoices and connected accounts, as the payment provider told last."""
    found = await desk.store().read(partial(read_billing, who.organization_id))
    return BillingView(
        subscription=_subscription(found.subscription) if found.subscription else None,
        payment_methods=[_payment_method(method) for method in found.payment_methods],
        invoices=[_invoice(invoice) for invoice in found.invoices],
        connected_accounts=[_account(account) for account in found.connected_accounts],
    )


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/billing", show_billing, tag="Billing", auth=key(Scope.READ)),
)


def _subscription(one: Subscription) -> SubscriptionView:
    return SubscriptionView(
        id=one.external_id,
        status=one.status,
        price=one.price,
        quantity=one.quantity,
        current_period_start=one.current_period_start,
        current_period_end=one.current_period_end,
        trial_end=one.trial_end,
        cancel_at=one.cancel_at,
        cancel_at_period_end=one.cancel_at_period_end,
        canceled_at=one.canceled_at,
        ended_at=one.ended_at,
        default_payment_method=one.default_payment_method,
        created_at=one.created_at,
    )


def _payment_method(one: PaymentMethod) -> PaymentMethodView:
    return PaymentMethodView(
        id=one.external_id,
        type=one.type,
        brand=one.brand,
        last4=one.last4,
        exp_month=one.exp_month,
        exp_year=one.exp_year,
        created_at=one.created_at,
    )


def _invoice(one: Invoice) -> InvoiceView:
    return InvoiceView(
        id=one.external_id,
        number=one.number,
        status=one.status,
        currency=one.currency,
        amount_due=one.amount_due,
        amount_paid=one.amount_paid,
        subscription_id=one.subscription,
        attempt_count=one.attempt_count,
        next_attempt_at=one.next_attempt_at,
        paid_at=one.paid_at,
        hosted_url=one.hosted_url,
        pdf_url=one.pdf_url,
        created_at=one.created_at,
    )


def _account(one: ConnectedAccount) -> ConnectedAccountView:
    return ConnectedAccountView(
        id=one.external_id,
        status=one.status,
        charges_enabled=one.charges_enabled,
        payouts_enabled=one.payouts_enabled,
        created_at=one.created_at,
    )
