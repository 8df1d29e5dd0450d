"""Identities: what a thing is called inside the desk.

Every id is a UUIDv7 (RFC 9562 §5.7) in canonical text form: it sorts by the time it was made, so primary keys
stay clustered and a list by id is a list by age.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NewType
from uuid import UUID

OrganizationId = NewType("OrganizationId", UUID)
UserId = NewType("UserId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
CustomerId = NewType("CustomerId", UUID)
TicketId = NewType("TicketId", UUID)
ConversationId = NewType("ConversationId", UUID)
AttachmentId = NewType("AttachmentId", UUID)
IntegrationId = NewType("IntegrationId", UUID)
WebhookEventId = NewType("WebhookEventId", UUID)
JobId = NewType("JobId", UUID)
TeamId = NewType("TeamId", UUID)
BlockedSenderId = NewType("BlockedSenderId", UUID)
SuppressedAddressId = NewType("SuppressedAddressId", UUID)
MacroId = NewType("MacroId", UUID)
SavedViewId = NewType("SavedViewId", UUID)
WidgetId = NewType("WidgetId", UUID)
SlaPolicyId = NewType("SlaPolicyId", UUID)
RuleId = NewType("RuleId", UUID)
WebhookEndpointId = NewType("WebhookEndpointId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
ArticleId = NewType("ArticleId", UUID)
RatingId = NewType("RatingId", UUID)
QuarantinedMailId = NewType("QuarantinedMailId", UUID)
OrderId = NewType("OrderId", UUID)
PrivacyRequestId = NewType("PrivacyRequestId", UUID)
ImportId = NewType("ImportId", UUID)
PassageId = NewType("PassageId", UUID)
SuggestionId = NewType("SuggestionId", UUID)
NotificationId = NewType("NotificationId", UUID)

NewId = Callable[[], UUID]
"""Makes a fresh UUIDv7; a port, so that a replay or a test can choose its ids."""


def uuid7(at: datetime, entropy: int) -> UUID:
    """The UUIDv7 of millisecond `at` filled up with the lowest 74 bits of `entropy`."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    high = (entropy >> 62) & 0xFFF
    low = entropy & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
