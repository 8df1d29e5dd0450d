"""Integrations: one connected outside account of an organization."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import Factory, field, frozen

from helpdesk_core.ids import IntegrationId, OrganizationId

RECEIVING = ("resend", "imap")
"""Providers whose accounts are addresses that receive mail."""
REGISTERING = ("shopify",)
"""Providers that are told where to send their webhooks, once an account is connected with a token."""
REVOKING = ("slack", "whatsapp", "messenger", "zendesk", "stripe-connect")
"""Providers that are told when the desk no longer wants in."""
REVOCATION = "revocation"
"""The setting of a disconnected account in which the desk tells whether its provider has been told."""
TROUBLE = "trouble"
"""The setting in which the desk tells what is wrong with an account; it is not there while all is well."""


class IntegrationState(StrEnum):
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


@frozen
class LastEvent:
    """The newest event that was heard of an account."""

    type: str
    received_at: datetime


@frozen
class Integration:
    """An outside account. `provider` and `external_id` together belong to one organization only.

    `sealed` holds secrets as the vault encrypted them; what is in `settings` may be shown.
    """

    id: IntegrationId
    organization_id: OrganizationId
    provider: str
    external_id: str
    created_at: datetime
    updated_at: datetime
    settings: Mapping[str, str] = Factory(dict)
    sealed: Mapping[str, str] = field(factory=dict, repr=False)
    state: IntegrationState = IntegrationState.CONNECTED
