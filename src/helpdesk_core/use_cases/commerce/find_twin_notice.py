"""One matter is written about once, though a payment and the invoice that it pays are told of apart."""

from datetime import timedelta

from helpdesk_core.billing import Invoice, Payment
from helpdesk_core.ids import OrganizationId
from helpdesk_core.notices import GivenNotice, Notice
from helpdesk_core.ports.store import View

SAME_MATTER = timedelta(days=1)
"""A payment and an invoice of the same amount, begun no further apart, are taken for one matter."""
SAME_TRY = timedelta(hours=1)
"""What an attempt to be paid leads to is told within this time; the next attempt comes later."""
MOST = 100
"""Records of a kind that are looked at, the newest."""

_TWINS = {
    Notice.INVOICE_PAID: Notice.PAYMENT_RECEIVED,
    Notice.INVOICE_FAILED: Notice.PAYMENT_FAILED,
    Notice.PAYMENT_RECEIVED: Notice.INVOICE_PAID,
    Notice.PAYMENT_FAILED: Notice.INVOICE_FAILED,
}
"""Since 2025-03-31 a payment no longer tells that it pays an invoice: both may be told of, and are one matter."""


async def told_by_payment(
    organization_id: OrganizationId, invoice: Invoice, given: GivenNotice, view: View
) -> bool:
    """Whether this has been written about already, as a payment: its notice was due before this one came up."""
    payments = await view.records.of(organization_id, Payment, MOST)
    same = {payment.external_id for payment in payments if _same_matter(payment, invoice)}
    twins = await _twins(organization_id, given, same, view)
    return any(twin.waits and twin.due_at <= given.created_at for twin in twins)


async def told_by_invoice(
    organization_id: OrganizationId, payment: Payment, given: GivenNotice, view: View
) -> bool:
    """Whether an invoice's notice came up before this one was due; the two never both give way."""
    if not given.waits:
        return False
    invoices = await view.records.of(organization_id, Invoice, MOST)
    same = {invoice.external_id for invoice in invoices if _same_matter(payment, invoice)}
    return any(given.due_at > twin.created_at for twin in await _twins(organization_id, given, same, view))


def _same_matter(payment: Payment, invoice: Invoice) -> bool:
    return (
        payment.account == invoice.account
        and payment.currency == invoice.currency
        and payment.amount in (invoice.amount_due, invoice.amount_paid)
        and abs(payment.created_at - invoice.created_at) <= SAME_MATTER
    )


async def _twins(
    organization_id: OrganizationId, given: GivenNotice, about: set[str], view: View
) -> list[GivenNotice]:
    """The notices of the same meaning about these things."""
    notices = await view.records.of(organization_id, GivenNotice, MOST) if about else ()
    return [
        notice
        for notice in notices
        if notice.account == given.account
        and notice.what is _TWINS[given.what]
        and notice.about in about
        and abs(notice.stamp.at - given.stamp.at) <= SAME_TRY
    ]
