"""Widgets.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.pages import Pages


@frozen(kw_only=True)
class WidgetTheme:
    """How the widget looks."""

    primary_color: str | Unset = UNSET
    header_text: str | Unset = UNSET
    position: Literal["bottom-right", "bottom-left"] | Unset = UNSET


@frozen(kw_only=True)
class WidgetField:
    """One question of the form that stands before a chat."""

    name: str
    label: str
    type: Literal["text", "email", "phone", "textarea", "checkbox"] | Unset = UNSET
    required: bool | Unset = UNSET


@frozen(kw_only=True)
class WidgetView:
    """The desk's window on somebody's pages."""

    id: UUID
    name: str
    api_key: str
    """Stands on public pages; it tells widgets apart and is no secret."""
    allowed_domains: Sequence[str]
    theme: WidgetTheme
    form_fields: Sequence[WidgetField]
    allow_file_uploads: bool
    active: bool
    preview_url: str
    """A page of the desk that shows it."""
    verifies_identity: bool
    """Whether pages can vouch for who their visitor is."""
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class IdentitySecret:
    """It is shown here and nowhere else."""

    secret: str


@frozen
class Widgets:
    """Widgets."""

    _calls: Calls

    def list(
        self,
        *,
        limit: int | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at"] | None = None,
    ) -> Pages[WidgetView]:
        """List widgets.

        limit: How many at the most.
        """
        return self._calls.pages(WidgetView, "/api/v1/widgets", {"limit": limit, "sort": sort})

    async def create(
        self,
        *,
        name: str,
        allowed_domains: Sequence[str] | Unset = UNSET,
        theme: WidgetTheme | Unset | Mapping[str, Any] = UNSET,
        form_fields: Sequence[WidgetField] | Unset = UNSET,
        allow_file_uploads: bool | Unset = UNSET,
        active: bool | Unset = UNSET,
        idempotency_key: str | None = None,
    ) -> WidgetView:
        """Set up a widget.

        name: Unique among its kind.
        allowed_domains: None: every page may show the widget.
        form_fields: Left out: name and e-mail.
        """
        answered: WidgetView = await self._calls.answer(
            WidgetView,
            "POST",
            "/api/v1/widgets",
            body={
                "name": name,
                "allowed_domains": allowed_domains,
                "theme": theme,
                "form_fields": form_fields,
                "allow_file_uploads": allow_file_uploads,
                "active": active,
            },
            key=idempotency_key or True,
        )
        return answered

    async def read(self, widget_id: UUID | str) -> WidgetView:
        """Read a widget."""
        answered: WidgetView = await self._calls.answer(
            WidgetView, "GET", f"/api/v1/widgets/{segment(widget_id)}"
        )
        return answered

    async def change(
        self,
        widget_id: UUID | str,
        *,
        name: str | Unset = UNSET,
        allowed_domains: Sequence[str] | Unset = UNSET,
        theme: WidgetTheme | Unset | Mapping[str, Any] = UNSET,
        form_fields: Sequence[WidgetField] | Unset = UNSET,
        allow_file_uploads: bool | Unset = UNSET,
        active: bool | Unset = UNSET,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> WidgetView:
        """Change a widget.

        name: Unique among its kind.
        allowed_domains: None: every page may show the widget.
        """
        answered: WidgetView = await self._calls.answer(
            WidgetView,
            "PATCH",
            f"/api/v1/widgets/{segment(widget_id)}",
            body={
                "name": name,
                "allowed_domains": allowed_domains,
                "theme": theme,
                "form_fields": form_fields,
                "allow_file_uploads": allow_file_uploads,
                "active": active,
            },
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )
        return answered

    async def delete(
        self, widget_id: UUID | str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> None:
        """Take a widget away."""
        await self._calls.answer(
            None,
            "DELETE",
            f"/api/v1/widgets/{segment(widget_id)}",
            headers={"If-Match": if_match},
            key=idempotency_key or True,
        )

    async def rotate_key(self, widget_id: UUID | str, *, idempotency_key: str | None = None) -> WidgetView:
        """Give a widget another key; pages with the old one no longer show it."""
        answered: WidgetView = await self._calls.answer(
            WidgetView,
            "POST",
            f"/api/v1/widgets/{segment(widget_id)}/rotate-key",
            key=idempotency_key or True,
        )
        return answered

    async def rotate_identity_secret(
        self, widget_id: UUID | str, *, idempotency_key: str | None = None
    ) -> IdentitySecret:
        """Make the secret with which pages vouch for their visitors; an earlier one is void.

        The page's server gives the hex HMAC-SHA256 of the visitor's id (else e-mail) under it to
        the widget.
        """
        answered: IdentitySecret = await self._calls.answer(
            IdentitySecret,
            "POST",
            f"/api/v1/widgets/{segment(widget_id)}/rotate-identity-secret",
            key=idempotency_key or True,
        )
        return answered
