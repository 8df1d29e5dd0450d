"""Integrations.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.integrations import IntegrationState
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class IntegrationView:
    """A connected outside account."""

    id: UUID
    provider: str
    external_id: str
    state: IntegrationState
    settings: Mapping[str, str]
    secrets: Sequence[str]
    """The names of those that are set."""
    created_at: datetime
    updated_at: datetime
    last_event_at: datetime | None
    """When its newest event was received."""
    last_event_type: str | None
    """What that event was."""


@frozen(kw_only=True)
class TemplateView:
    """A text that may be sent at any time."""

    name: str
    language: str
    category: str
    """As the provider calls it: `utility`, `marketing`, `authentication`."""
    text: str
    """With its variables as `{{1}}`."""


@frozen(kw_only=True)
class TemplatesView:
    """TemplatesView."""

    data: Sequence[TemplateView]


@frozen
class Integrations:
    """Integrations."""

    _calls: Calls

    def list(
        self,
        *,
        provider: str | None = None,
        state: IntegrationState | None = None,
        limit: int | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
    ) -> Pages[IntegrationView]:
        """List connected accounts, the oldest first, the disconnected ones too.

        provider: A provider's name.
        limit: How many at the most.
        """
        return self._calls.pages(
            IntegrationView,
            "/api/v1/integrations",
            {"provider": provider, "state": state, "limit": limit, "sort": sort},
        )

    async def connect(
        self,
        *,
        provider: str,
        external_id: str,
        settings: Mapping[str, str] | Unset = UNSET,
        secrets: Mapping[str, str] | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> IntegrationView:
        """Connect an account.

        Connecting it again changes what is given and keeps the rest; a disconnected one is
        connected again. Events that
        came before and found no organization wait as `unmatched`.

        provider: A provider's name.
        external_id: The provider's own name of the account, as its events give it.
        settings: By name; which names there are depends on the provider.
        secrets: By name; which names there are depends on the provider.
        """
        answered: IntegrationView = await self._calls.answer(
            IntegrationView,
            "POST",
            "/api/v1/integrations",
            body={"provider": provider, "external_id": external_id, "settings": settings, "secrets": secrets},
            key=idempotency_key or True,
        )
        return answered

    async def read(self, integration_id: UUID | str) -> IntegrationView:
        """Read a connected account, without its secrets."""
        answered: IntegrationView = await self._calls.answer(
            IntegrationView, "GET", f"/api/v1/integrations/{segment(integration_id)}"
        )
        return answered

    async def change(
        self,
        integration_id: UUID | str,
        *,
        settings: Mapping[str, str | None] | Unset = UNSET,
        secrets: Mapping[str, str | None] | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> IntegrationView:
        """Change settings or secrets of a connected account.

        settings: By name; null takes one away, what is not named stays.
        secrets: By name; null takes one away, what is not named stays.
        """
        answered: IntegrationView = await self._calls.answer(
            IntegrationView,
            "PATCH",
            f"/api/v1/integrations/{segment(integration_id)}",
            body={"settings": settings, "secrets": secrets},
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def disconnect(
        self, integration_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Disconnect an account.

        Its secrets are removed, and its events belong to nobody until it is connected again; it
        stays in the list. Where
        its provider can be told, that is done by a job; how it went stands in the setting
        `revocation`.
        """
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/integrations/{segment(integration_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def list_templates(self, integration_id: UUID | str) -> TemplatesView:
        """List the templates that the provider of an account has approved.

        The provider is asked each time. One of them is sent as `template` of a reply.
        """
        answered: TemplatesView = await self._calls.answer(
            TemplatesView, "GET", f"/api/v1/integrations/{segment(integration_id)}/templates"
        )
        return answered
