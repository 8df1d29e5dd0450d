"""API keys.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Scope
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class ApiKeyView:
    """A program's way in."""

    id: UUID
    name: str
    scopes: Sequence[Scope]
    hint: str
    """How the key begins."""
    created_at: datetime
    revoked_at: datetime | None


@frozen(kw_only=True)
class NewApiKeyView:
    """A new key, which is shown this once: only its hash is kept."""

    id: UUID
    name: str
    scopes: Sequence[Scope]
    hint: str
    created_at: datetime
    revoked_at: datetime | None
    key: str


@frozen
class ApiKeys:
    """API keys."""

    _calls: Calls

    def list(
        self, *, limit: int | None = None, sort: Literal["created_at", "-created_at"] | None = None
    ) -> Pages[ApiKeyView]:
        """List API keys by age, the revoked ones too.

        limit: How many at the most.
        """
        return self._calls.pages(ApiKeyView, "/api/v1/api-keys", {"limit": limit, "sort": sort})

    async def create(
        self, *, name: str, scopes: Sequence[Scope] | Unset = UNSET, idempotency_key: str | None = None
    ) -> NewApiKeyView:
        """Make an API key.

        Only a key with the scope admin can, so no key makes one that may do more than itself.

        name: Unique among its kind.
        """
        answered: NewApiKeyView = await self._calls.answer(
            NewApiKeyView,
            "POST",
            "/api/v1/api-keys",
            body={"name": name, "scopes": scopes},
            key=idempotency_key or True,
        )
        return answered

    async def read(self, api_key_id: UUID | str) -> ApiKeyView:
        """Read an API key, of which only the beginning is known."""
        answered: ApiKeyView = await self._calls.answer(
            ApiKeyView, "GET", f"/api/v1/api-keys/{segment(api_key_id)}"
        )
        return answered

    async def revoke(
        self, api_key_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """End an API key at once; it may be the one that asks."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/api-keys/{segment(api_key_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
