"""What the desk writes about billing: receipts, payments that failed, trials and subscriptions that end."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve

from helpdesk_core.addresses import Address
from helpdesk_core.billing import (
    IN_FORCE,
    CardSetup,
    ConnectedAccount,
    Invoice,
    Payment,
    PaymentMethod,
    Payout,
    Subscription,
)
from helpdesk_core.ids import OrganizationId
from helpdesk_core.money import spelled
from helpdesk_core.notices import GivenNotice, Notice
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.commerce.find_twin_notice import told_by_invoice, told_by_payment
from helpdesk_core.use_cases.running.send_notice import Letter

MOST = 100
"""Records of a kind that are looked at, the newest."""

Tell = Callable[[OrganizationId, GivenNotice, View], Awaitable[Letter | None]]


async def letter_about_billing(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> Letter | None:
    """The letter, to the address that the provider knows for it.

    None where things have moved on since: what a newer event tells is written about because of that one.
    """
    given = await view.records.get(organization_id, GivenNotice, about["account"], about["key"])
    if given is None:
        return None
    letter = await _WRITERS[given.what](organization_id, given, view)
    return evolve(letter, to=(Address(given.to),)) if letter and given.to else letter


async def _receipt(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    invoice = await view.records.get(organization_id, Invoice, given.account, given.about)
    if invoice is None or invoice.status != "paid" or not invoice.amount_paid:
        return None
    if await told_by_payment(organization_id, invoice, given, view):
        return None
    amount, number = _amount(invoice.amount_paid, invoice.currency), _number(invoice)
    links = [("See the invoice", invoice.hosted_url), ("Download it", invoice.pdf_url)]
    shown = [f"{words}: {url}" for words, url in links if url]
    text = [f"Thank you: {number} over {amount} is paid{_on(invoice.paid_at)}.", *shown]
    return _letter(f"Receipt for {number}", *text)


async def _invoice_failed(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    invoice = await view.records.get(organization_id, Invoice, given.account, given.about)
    if invoice is None or invoice.final or invoice.stamp > given.stamp:
        return None
    if await told_by_payment(organization_id, invoice, given, view):
        return None
    amount, number = _amount(invoice.amount_due, invoice.currency), _number(invoice)
    failed = f"The payment of {amount} for {number} has failed."
    pay = f"Pay it here: {invoice.hosted_url}" if invoice.hosted_url else "Please pay it another way."
    if invoice.next_attempt_at is None:
        last = "It will not be tried again. Until it is paid, the subscription may be suspended or end."
        return _letter(f"Payment failed for the last time: {number}", failed, last, pay)
    again = (
        f"It will be tried again{_on(invoice.next_attempt_at)}. See to it that the card can be charged then."
    )
    return _letter(f"Payment failed: {number}", failed, again, pay)


async def _payment_received(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    payment = await view.records.get(organization_id, Payment, given.account, given.about)
    if payment is None or payment.status != "succeeded" or not payment.amount:
        return None
    if payment.invoice or await told_by_invoice(organization_id, payment, given, view):
        return None
    amount = _amount(payment.amount, payment.currency)
    return _letter(f"Receipt: {amount}", f"Thank you: your payment of {amount} has arrived.")


async def _payment_failed(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    payment = await view.records.get(organization_id, Payment, given.account, given.about)
    if payment is None or payment.final or payment.stamp > given.stamp:
        return None
    if payment.invoice or await told_by_invoice(organization_id, payment, given, view):
        return None
    amount = _amount(payment.amount, payment.currency)
    return _letter(
        f"Payment failed: {amount}",
        f"Your payment of {amount} has failed{_because(payment.decline_code)}.",
        "Nothing was charged. Please try again, or use another card.",
    )


async def _card_refused(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    setup = await view.records.get(organization_id, CardSetup, given.account, given.about)
    if setup is None or setup.final or setup.stamp > given.stamp:
        return None
    return _letter(
        "A payment method was refused",
        f"The payment method that was to be added was refused{_because(setup.decline_code)}.",
        "It was not added. Please try again, or add another one.",
    )


async def _no_card_left(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    methods = await view.records.of(organization_id, PaymentMethod, MOST)
    subscriptions = await view.records.of(organization_id, Subscription, MOST)
    left = any(method.account == given.account and not method.detached for method in methods)
    owed = any(one.account == given.account and one.status in IN_FORCE for one in subscriptions)
    if left or not owed:
        return None
    return _letter(
        "No payment method is left",
        "The last payment method was removed, and the subscription goes on.",
        "Please add one, so that the next invoice can be paid.",
    )


async def _trial_ending(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    subscription = await view.records.get(organization_id, Subscription, given.account, given.about)
    if subscription is None or subscription.final or subscription.trial_end is None:
        return None
    if subscription.trial_end != given.day:
        return None
    if subscription.trial_end <= given.stamp.at:
        return None  # it was ended early, and that is no news to whoever did it
    return _letter(
        f"The trial ends{_on(subscription.trial_end)}",
        f"The trial of the helpdesk ends{_on(subscription.trial_end)}.",
        "From then on the subscription is charged, unless it is canceled before.",
    )


async def _ending(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    subscription = await view.records.get(organization_id, Subscription, given.account, given.about)
    end = subscription.ends_at if subscription else None
    if end is None or end != given.day:
        return None
    return _letter(
        f"The subscription will end{_on(end)}",
        f"The subscription to the helpdesk was canceled and will end{_on(end)}.",
        "Until then everything stays as it is, and it can be taken up again.",
    )


async def _ended(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    subscription = await view.records.get(organization_id, Subscription, given.account, given.about)
    if subscription is None or not subscription.final:
        return None
    ended = f"The subscription to the helpdesk has ended{_on(subscription.ended_at)}."
    return _letter("The subscription has ended", ended)


async def _charges_stopped(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    account = await view.records.get(organization_id, ConnectedAccount, given.account, given.about)
    if account is None or account.charges_enabled:
        return None
    wanted = [f"Stripe wants to know: {', '.join(account.requirements)}."] if account.requirements else []
    return _letter(
        "Your Stripe account can no longer take payments",
        f"Stripe has stopped payments to the connected account {given.about}.",
        *wanted,
        "Log in to Stripe to see what has to be done.",
    )


async def _payout_failed(organization_id: OrganizationId, given: GivenNotice, view: View) -> Letter | None:
    payout = await view.records.get(organization_id, Payout, given.account, given.about)
    if payout is None or payout.status != "failed":
        return None
    amount = _amount(payout.amount, payout.currency)
    return _letter(
        f"Payout failed: {amount}",
        f"The payout of {amount} from the Stripe account {given.account} did not reach the bank"
        f"{_because(payout.failure_code)}.",
        "Log in to Stripe to see to the bank account.",
    )


_WRITERS: Mapping[Notice, Tell] = {
    Notice.CHARGES_STOPPED: _charges_stopped,
    Notice.PAYOUT_FAILED: _payout_failed,
    Notice.INVOICE_PAID: _receipt,
    Notice.INVOICE_FAILED: _invoice_failed,
    Notice.PAYMENT_RECEIVED: _payment_received,
    Notice.PAYMENT_FAILED: _payment_failed,
    Notice.CARD_REFUSED: _card_refused,
    Notice.NO_CARD_LEFT: _no_card_left,
    Notice.TRIAL_ENDING: _trial_ending,
    Notice.SUBSCRIPTION_ENDING: _ending,
    Notice.SUBSCRIPTION_ENDED: _ended,
}
BILLING_NOTICES = tuple(_WRITERS)


def _letter(subject: str, *paragraphs: str) -> Letter:
    return Letter(subject, "\n\n".join(paragraphs) + "\n")


def _amount(amount: int | None, currency: str | None) -> str:
    return spelled(amount or 0, currency or "")


def _number(invoice: Invoice) -> str:
    return f"invoice {invoice.number}" if invoice.number else "your invoice"


def _on(day: datetime | None) -> str:
    return f" on {day.day} {day:%B %Y}" if day else ""


def _because(code: str | None) -> str:
    return f" ({code.replace('_', ' ')})" if code else ""
