"""Conversations at providers, and what is known of single messages there."""

from typing import Any

from helpdesk_core.afterwords import Afterwords, Edit, ProviderMessage
from helpdesk_core.correspondences import Correspondence
from helpdesk_core.customers import Customer
from helpdesk_core.organizations import Organization
from helpdesk_core.tickets import Channel
from tests.contracts.builders.basics import NOON, fresh


def a_correspondence(customer: Customer, **fields: Any) -> Correspondence:
    return Correspondence(
        **{
            "organization_id": customer.organization_id,
            "channel": Channel.SMS,
            "account": "+12025550199",
            "thread": fresh("thread"),
            "customer_id": customer.id,
            "heard_at": NOON,
            **fields,
        }
    )


def a_provider_message(organization: Organization, **fields: Any) -> ProviderMessage:
    return ProviderMessage(
        **{
            "organization_id": organization.id,
            "channel": Channel.SMS,
            "account": "+12025550199",
            "external_id": fresh("SM"),
            "conversation_id": None,
            "afterwords": Afterwords(edits=(Edit(NOON, "It squeals."),)),
            "told_at": NOON,
            **fields,
        }
    )
