"""Shopify: customers and orders of a shop (guide.md)."""

from helpdesk_adapters.commerce.shopify.signing import headers_of, renew, sign, verify
from helpdesk_adapters.commerce.shopify.translate import (
    app_uninstalled,
    customer,
    order,
    split,
)
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["SHOPIFY", "headers_of", "renew", "sign"]

SHOPIFY = WebhookProvider(
    name="shopify",
    paths=("/api/webhooks/shopify",),
    signature_header="x-shopify-hmac-sha256",
    secret_setting="SHOPIFY_API_SECRET",
    verify=verify,
    split=split,
    events={
        "customers/create": customer,
        "customers/update": customer,
        "orders/create": order,
        "orders/updated": order,
        "orders/fulfilled": order,
        "orders/partially_fulfilled": order,
        "app/uninstalled": app_uninstalled,
    },
)
