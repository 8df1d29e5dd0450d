"""Suppressed addresses.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.suppression import SuppressionReason
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class SuppressedAddressView:
    """An address that nothing is sent to."""

    id: UUID
    address: str
    reason: SuppressionReason
    detail: str
    """What the mail system said, or whoever did it by hand."""
    since: datetime
    conversation_id: UUID | None
    """The answer that could not be delivered, or was complained about."""


@frozen
class SuppressedAddresses:
    """Suppressed addresses."""

    _calls: Calls

    def list(
        self,
        *,
        address: str | None = None,
        limit: int | None = None,
        sort: Literal["since", "-since"] | None = None,
    ) -> Pages[SuppressedAddressView]:
        """List the addresses that nothing is sent to, the newest first.

        address: This address alone.
        limit: How many at the most.
        """
        return self._calls.pages(
            SuppressedAddressView,
            "/api/v1/suppressed-addresses",
            {"address": address, "limit": limit, "sort": sort},
        )

    async def create_suppressed_address(
        self, *, address: str, detail: str | Unset = UNSET, idempotency_key: str | None = None
    ) -> SuppressedAddressView:
        """Send nothing to an address from now on.

        detail: Why, for those who look it up.
        """
        answered: SuppressedAddressView = await self._calls.answer(
            SuppressedAddressView,
            "POST",
            "/api/v1/suppressed-addresses",
            body={"address": address, "detail": detail},
            key=idempotency_key or True,
        )
        return answered

    async def delete_suppressed_address(
        self,
        suppressed_address_id: UUID | str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        """Send to an address again."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/suppressed-addresses/{segment(suppressed_address_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
