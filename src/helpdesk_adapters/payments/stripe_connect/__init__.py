"""Stripe Connect: accounts of an organization's own (guide.md), and how they are connected (oauth.py)."""

from helpdesk_adapters.payments.stripe.envelope import split
from helpdesk_adapters.payments.stripe.signing import renew, sign, verify
from helpdesk_adapters.payments.stripe_connect import translate
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["STRIPE_CONNECT", "renew", "sign"]

STRIPE_CONNECT = WebhookProvider(
    name="stripe-connect",
    paths=("/api/webhooks/stripe-connect",),
    signature_header="stripe-signature",
    secret_setting="STRIPE_CONNECT_WEBHOOK_SECRET",
    verify=verify,
    split=split,
    events={
        "account.updated": translate.account_updated,
        "account.application.authorized": translate.account_authorized,
        "account.application.deauthorized": translate.account_deauthorized,
        "payout.created": translate.payout,
        "payout.updated": translate.payout,
        "payout.paid": translate.payout_paid,
        "payout.failed": translate.payout_failed,
        "payout.canceled": translate.payout,
    },
)
