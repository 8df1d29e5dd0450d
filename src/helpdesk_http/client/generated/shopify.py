"""Shopify.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import frozen

from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class ShopifySettingsView:
    """What follows from the settings."""

    client_id: str | None
    scopes: Sequence[str]
    redirect_uri: str
    webhooks_uri: str
    compliance_uri: str
    topics: Sequence[str]
    api_base: str
    api_version: str


@frozen(kw_only=True)
class ShopifyDebugView:
    """ShopifyDebugView."""

    settings: ShopifySettingsView
    present: Mapping[str, bool]
    """By its name, whether a setting is set."""


@frozen(kw_only=True)
class ShopifyStatusView:
    """ShopifyStatusView."""

    status: Literal["ok", "incomplete"]
    checks: Mapping[str, str]
    """By what was looked at, `ok` or what is wrong."""


@frozen(kw_only=True)
class ShopifyVerdictView:
    """ShopifyVerdictView."""

    valid: bool
    warnings: Sequence[str]
    errors: Sequence[str]


@frozen(kw_only=True)
class SecretExampleView:
    """SecretExampleView."""

    name: str
    valid: bool
    """Whether the desk judges it as it should."""


@frozen(kw_only=True)
class SecretExamplesView:
    """SecretExamplesView."""

    examples: Sequence[SecretExampleView]


@frozen(kw_only=True)
class TestUrlView:
    """TestUrlView."""

    url: str


@frozen
class Shopify:
    """Shopify."""

    _calls: Calls

    async def debug(self) -> ShopifyDebugView:
        """Show what follows from the settings of Shopify, and which of them there are."""
        answered: ShopifyDebugView = await self._calls.answer(ShopifyDebugView, "GET", "/api/shopify/debug")
        return answered

    async def debug_environment(self) -> Mapping[str, str | None]:
        """Show the settings of Shopify as they are. Of a secret it shows how long it is, and nothing
        else.
        """
        answered: Mapping[str, str | None] = await self._calls.answer(
            Mapping[str, str | None], "GET", "/api/shopify/debug-env"
        )
        return answered

    async def shopify_status(self) -> ShopifyStatusView:
        """Tell at a glance whether shops can be connected, and how those that are do."""
        answered: ShopifyStatusView = await self._calls.answer(
            ShopifyStatusView, "GET", "/api/shopify/status"
        )
        return answered

    async def verify(self) -> ShopifyVerdictView:
        """Check the settings of Shopify, and the organization's shops: what is wrong, and what may
        become so.
        """
        answered: ShopifyVerdictView = await self._calls.answer(
            ShopifyVerdictView, "GET", "/api/shopify/verify"
        )
        return answered

    async def verify_secret(self) -> SecretExamplesView:
        """Judge published examples of Shopify's signatures, with the secret that they were made with.

        The desk's own secret has no part in it, and nothing that is sent here has.
        """
        answered: SecretExamplesView = await self._calls.answer(
            SecretExamplesView, "GET", "/api/shopify/verify-secret"
        )
        return answered

    async def test_oauth_url(self, *, shop: str | None = None) -> TestUrlView:
        """Show where somebody is sent who connects a shop. Whoever comes back from there connects
        nothing.

        shop: A shop to go to; left out, an example.
        """
        answered: TestUrlView = await self._calls.answer(
            TestUrlView, "GET", "/api/shopify/test-oauth-url", query={"shop": shop}
        )
        return answered
