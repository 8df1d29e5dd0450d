"""Stripe: how organizations pay for the desk (guide.md). Its API is called in client.py."""

from helpdesk_adapters.payments.stripe import translate
from helpdesk_adapters.payments.stripe.envelope import split
from helpdesk_adapters.payments.stripe.signing import renew, sign, verify
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["STRIPE", "renew", "sign"]

STRIPE = WebhookProvider(
    name="stripe",
    paths=("/api/webhooks/stripe",),
    signature_header="stripe-signature",
    secret_setting="STRIPE_WEBHOOK_SECRET",
    verify=verify,
    split=split,
    events={
        "setup_intent.succeeded": translate.setup_intent_succeeded,
        "setup_intent.setup_failed": translate.setup_intent_failed,
        "payment_intent.succeeded": translate.payment_intent_succeeded,
        "payment_intent.payment_failed": translate.payment_intent_failed,
        "payment_method.attached": translate.payment_method_attached,
        "payment_method.detached": translate.payment_method_detached,
        "checkout.session.completed": translate.checkout_completed,
        "customer.subscription.created": translate.subscription_created,
        "customer.subscription.updated": translate.subscription_updated,
        "customer.subscription.deleted": translate.subscription_deleted,
        "customer.subscription.trial_will_end": translate.trial_will_end,
        "invoice.paid": translate.invoice_paid,
        "invoice.payment_failed": translate.invoice_failed,
    },
)
