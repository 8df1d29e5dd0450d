"""What providers keep for an organization, and orders."""

from decimal import Decimal
from typing import Any

from helpdesk_core.billing import Subscription
from helpdesk_core.customers import Customer
from helpdesk_core.ids import OrderId, PrivacyRequestId
from helpdesk_core.orders import LineItem, Order, PostalAddress, ShopCustomer
from helpdesk_core.organizations import Organization
from helpdesk_core.privacy_requests import DUE_AFTER, PrivacyKind, PrivacyRequest
from helpdesk_core.records import Stamp
from tests.contracts.builders.basics import NOON, fresh, new_id


def a_subscription(**fields: Any) -> Subscription:
    return Subscription(
        **{
            "provider": "shopify",
            "account": "account-1",
            "external_id": fresh("sub"),
            "created_at": NOON,
            "stamp": Stamp(NOON, 1, "evt_1"),
            "status": "active",
            **fields,
        }
    )


def a_shop_customer(customer: Customer, **fields: Any) -> ShopCustomer:
    return ShopCustomer(
        **{
            "organization_id": customer.organization_id,
            "provider": "shopify",
            "account": "account-1",
            "external_id": fresh("person"),
            "customer_id": customer.id,
            "told_at": NOON,
            **fields,
        }
    )


def an_order(organization: Organization, **fields: Any) -> Order:
    return Order(
        **{
            "id": OrderId(new_id()),
            "organization_id": organization.id,
            "provider": "shopify",
            "account": "account-1",
            "external_id": fresh("order"),
            "number": "#1001",
            "created_at": NOON,
            "updated_at": NOON,
            "stamp": Stamp(NOON),
            "currency": "EUR",
            "total_price": Decimal("19.90"),
            "line_items": (LineItem("1", "A bell", 2, Decimal("9.95")),),
            "shipping_address": PostalAddress(name="Carla", city="Turin", country="IT"),
            **fields,
        }
    )


def a_privacy_request(customer: Customer, **fields: Any) -> PrivacyRequest:
    return PrivacyRequest(
        **{
            "id": PrivacyRequestId(new_id()),
            "organization_id": customer.organization_id,
            "provider": "shopify",
            "account": "account-1",
            "kind": PrivacyKind.DATA_REQUEST,
            "request_key": fresh("request"),
            "created_at": NOON,
            "due_at": NOON + DUE_AFTER,
            "customer_id": customer.id,
            "person": "191167",
            "orders": ("299938",),
            **fields,
        }
    )
