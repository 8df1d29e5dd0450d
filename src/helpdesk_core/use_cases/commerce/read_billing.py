"""How an organization pays, as its payment provider told last."""

from collections.abc import Sequence

from attrs import evolve, frozen

from helpdesk_core.billing import ConnectedAccount, Invoice, PaymentMethod, Subscription, subscription_shown
from helpdesk_core.ids import OrganizationId
from helpdesk_core.integrations import IntegrationState
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
    ended = {
        (one.provider, one.external_id)
        for one in await view.integrations.of(organization_id)
        if one.state is IntegrationState.DISCONNECTED
    }
    methods = await of(organization_id, PaymentMethod, MOST_OTHERS)
    return Billing(
        subscription_shown(await of(organization_id, Subscription, MOST_OTHERS)),
        [method for method in methods if not method.detached],
        await of(organization_id, Invoice, MOST_INVOICES),
        [
            _disconnected(account) if (account.provider, account.account) in ended else account
            for account in await of(organization_id, ConnectedAccount, MOST_OTHERS)
        ],
    )


def _disconnected(account: ConnectedAccount) -> ConnectedAccount:
    """An account that the desk was thrown out of: what was told of it last no longer holds."""
    return evolve(account, status="disconnected", charges_enabled=False, payouts_enabled=False)
