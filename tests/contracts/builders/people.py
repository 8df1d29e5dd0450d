"""People and programs, and whom the desk deals with."""

from typing import Any

from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.customers import Customer
from helpdesk_core.ids import (
    ApiKeyId,
    BlockedSenderId,
    CustomerId,
    IntegrationId,
    OrganizationId,
    SuppressedAddressId,
    UserId,
)
from helpdesk_core.integrations import Integration
from helpdesk_core.organizations import Organization
from helpdesk_core.privacy import Erasure, ErasureState
from helpdesk_core.suppression import SuppressedAddress, SuppressionReason
from helpdesk_core.users import ApiKey, Role, Scope, Session, User
from tests.contracts.builders.basics import NOON, after, fresh, new_id


def an_organization(**fields: Any) -> Organization:
    return Organization(
        **{
            "id": OrganizationId(new_id()),
            "slug": fresh("org"),
            "name": "Bike repair",
            "created_at": NOON,
            **fields,
        }
    )


def a_user(organization: Organization, **fields: Any) -> User:
    return User(
        **{
            "id": UserId(new_id()),
            "organization_id": organization.id,
            "email": f"{fresh('agent')}@desk.example",
            "name": "Uma",
            "role": Role.AGENT,
            "created_at": NOON,
            "password_hash": "$hash$",
            **fields,
        }
    )


def a_session(user: User, **fields: Any) -> Session:
    return Session(
        **{
            "token_hash": fresh("token"),
            "user_id": user.id,
            "created_at": NOON,
            "expires_at": after(60),
            **fields,
        }
    )


def an_api_key(organization: Organization, **fields: Any) -> ApiKey:
    return ApiKey(
        **{
            "id": ApiKeyId(new_id()),
            "organization_id": organization.id,
            "name": "import script",
            "scopes": (Scope.READ,),
            "key_hash": fresh("hash"),
            "hint": "hd_1a2b",
            "created_at": NOON,
            **fields,
        }
    )


def an_erasure(customer: Customer, **fields: Any) -> Erasure:
    return Erasure(
        **{
            "id": new_id(),
            "organization_id": customer.organization_id,
            "customer_id": customer.id,
            "state": ErasureState.ERASED,
            "erased": {"conversations": 1},
            "requested_at": NOON,
            "finished_at": NOON,
            **fields,
        }
    )


def a_customer(organization: Organization, **fields: Any) -> Customer:
    return Customer(
        **{
            "id": CustomerId(new_id()),
            "organization_id": organization.id,
            "created_at": NOON,
            "updated_at": NOON,
            "name": "Carla",
            **fields,
        }
    )


def a_blocked_sender(organization: Organization, **fields: Any) -> BlockedSender:
    return BlockedSender(
        **{
            "id": BlockedSenderId(new_id()),
            "organization_id": organization.id,
            "pattern": f"@{fresh('spam')}.example",
            "created_at": NOON,
            **fields,
        }
    )


def a_suppressed_address(organization: Organization, **fields: Any) -> SuppressedAddress:
    return SuppressedAddress(
        **{
            "id": SuppressedAddressId(new_id()),
            "organization_id": organization.id,
            "address": f"{fresh('gone')}@mail.example",
            "reason": SuppressionReason.BOUNCED,
            "detail": "550 5.1.1 No such user",
            "since": NOON,
            **fields,
        }
    )


def an_integration(organization: Organization, **fields: Any) -> Integration:
    return Integration(
        **{
            "id": IntegrationId(new_id()),
            "organization_id": organization.id,
            "provider": "stripe",
            "external_id": fresh("acct"),
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )
