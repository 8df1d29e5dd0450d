"""Privacy requests.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen
from httpx2 import Response

from helpdesk_core.privacy_requests import Found, PrivacyKind, PrivacyState
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class PrivacyRequestView:
    """One request. It names nobody: ids of things, and numbers."""

    id: UUID
    provider: str
    shop: str
    kind: PrivacyKind
    state: PrivacyState
    """`done` once the data was handed over, or all that was to be erased is."""
    found: Found
    """What there was of whom it is about when it came."""
    customer_id: UUID | None
    external_id: str | None
    """The shop's id of the person."""
    orders: Sequence[str]
    """The shop's ids of the orders that it is about."""
    erased: Mapping[str, int]
    """How many of each kind were removed or emptied so far."""
    created_at: datetime
    due_at: datetime
    """30 days after it came."""
    finished_at: datetime | None


@frozen
class PrivacyRequests:
    """Privacy requests."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
        state: PrivacyState | None = None,
        kind: PrivacyKind | None = None,
    ) -> Pages[PrivacyRequestView]:
        """List privacy requests, the newest first.

        limit: How many at the most.
        """
        return self._calls.pages(
            PrivacyRequestView,
            "/api/v1/privacy-requests",
            {"limit": limit, "sort": sort, "state": state, "kind": kind},
        )

    async def read(self, privacy_request_id: UUID | str) -> PrivacyRequestView:
        """Read a privacy request."""
        answered: PrivacyRequestView = await self._calls.answer(
            PrivacyRequestView, "GET", f"/api/v1/privacy-requests/{segment(privacy_request_id)}"
        )
        return answered

    async def export(self, privacy_request_id: UUID | str) -> Response:
        """Export what a person asked for, as one JSON document to hand over.

        As the export of a customer, with `request` and `found`: `stored`, `nothing_stored`, or
        `erased` where they were
        forgotten meanwhile; there is no customer then, and nothing in the lists. It is made when it
        is read. That it was
        stands in the audit log.
        """
        return await self._calls.response(
            "GET", f"/api/v1/privacy-requests/{segment(privacy_request_id)}/export"
        )

    async def finish(
        self, privacy_request_id: UUID | str, *, idempotency_key: str | None = None
    ) -> PrivacyRequestView:
        """Note that the data was handed over. What is to be erased the desk sees to itself (409)."""
        answered: PrivacyRequestView = await self._calls.answer(
            PrivacyRequestView,
            "POST",
            f"/api/v1/privacy-requests/{segment(privacy_request_id)}/done",
            key=idempotency_key or True,
        )
        return answered
