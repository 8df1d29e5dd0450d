"""How an organization pays, as its payment provider told last."""

from collections.abc import Sequence

from attrs import frozen

from helpdesk_core.billing import ConnectedAccount, Invoice, PaymentMethod, Subscription, subscription_shown
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import View

MOST_INVOICES = 100
MOST_OTHERS = 500
"""Of each kind, the newest, the ended and the detached among them."""


@frozen
class Billing:
    """`subscription` is the one in force, or the newest; the lists begin with the newest."""

    subscription: Subscription | None
    payment_methods: Sequence[PaymentMethod]
    invoices: Sequence[Invoice]
    connected_accounts: Sequence[ConnectedAccount]


async def read_billing(organization_id: OrganizationId, view: View) -> Billing:
    """What is known; of payment methods those that can be used, of invoices the newest hundred."""
    of = view.records.of
    methods = await of(organization_id, PaymentMethod, MOST_OTHERS)
    return Billing(
        subscription_shown(await of(organization_id, Subscription, MOST_OTHERS)),
        [method for method in methods if not method.detached],
        await of(organization_id, Invoice, MOST_INVOICES),
        await of(organization_id, ConnectedAccount, MOST_OTHERS),
    )
