"""Shopify: customers and orders of a shop (guide.md)."""

from helpdesk_adapters.commerce.shopify.signing import headers_of, renew, sign, verify
from helpdesk_adapters.commerce.shopify.translate import (
    COMPLIANCE_TOPICS,
    app_uninstalled,
    customer,
    customer_redaction,
    data_request,
    order,
    shop_redaction,
    split,
)
from helpdesk_core.webhooks import WebhookProvider

__all__ = ["SHOPIFY", "SUBSCRIBED", "headers_of", "path_of", "renew", "sign"]

ORDINARY, COMPLIANCE = "/api/webhooks/shopify", "/api/webhooks/shopify/gdpr"

SHOPIFY = WebhookProvider(
    name="shopify",
    paths=(ORDINARY, COMPLIANCE),
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
        "customers/data_request": data_request,
        "customers/redact": customer_redaction,
        "shop/redact": shop_redaction,
    },
)

SUBSCRIBED = tuple(topic for topic in SHOPIFY.events if topic not in COMPLIANCE_TOPICS)
"""What a shop is asked to send, once it is connected."""


def path_of(event: str) -> str | None:
    """The path of its own that an event has."""
    return COMPLIANCE if event in COMPLIANCE_TOPICS else None
