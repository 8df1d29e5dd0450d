"""Shopify: customers and orders of a shop, and what it asks to be forgotten (guide.md)."""

from helpdesk_adapters.commerce.shopify import compliance, translate
from helpdesk_adapters.commerce.shopify.envelope import (
    COMPLIANCE,
    COMPLIANCE_TOPICS,
    ORDINARY,
    path_of,
    split,
)
from helpdesk_adapters.commerce.shopify.signing import headers_of, renew, sign, verify
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["SHOPIFY", "SUBSCRIBED", "headers_of", "path_of", "renew", "sign"]

SHOPIFY = WebhookProvider(
    name="shopify",
    paths=(ORDINARY, COMPLIANCE),
    signature_header="x-shopify-hmac-sha256",
    secret_setting="SHOPIFY_API_SECRET",
    verify=verify,
    split=split,
    events={
        "customers/create": translate.customer,
        "customers/update": translate.customer,
        "orders/create": translate.order,
        "orders/updated": translate.order,
        "orders/fulfilled": translate.order,
        "orders/partially_fulfilled": translate.order,
        "app/uninstalled": translate.app_uninstalled,
        "customers/data_request": compliance.data_request,
        "customers/redact": compliance.customer_redaction,
        "shop/redact": compliance.shop_redaction,
    },
)

SUBSCRIBED = tuple(topic for topic in SHOPIFY.events if topic not in COMPLIANCE_TOPICS)
"""What a shop is asked to send, once it is connected."""
