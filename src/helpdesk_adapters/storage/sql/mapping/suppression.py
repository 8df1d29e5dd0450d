"""Addresses that nothing is sent to."""

from typing import Any

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.suppression import SuppressedAddress, SuppressionReason

SUPPRESSED = ("id", "organization_id", "address", "reason", "detail", "since", "conversation_id")


def to_suppressed(row: Row) -> SuppressedAddress:
    id, organization_id, address, reason, *rest = row
    return SuppressedAddress(id, organization_id, address, SuppressionReason(reason), *rest)


def suppressed_row(suppressed: SuppressedAddress) -> dict[str, Any]:
    return {name: getattr(suppressed, name) for name in SUPPRESSED} | {"reason": suppressed.reason.value}
