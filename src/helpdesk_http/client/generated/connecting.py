"""Connecting.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from attrs import frozen
from httpx2 import Response

from helpdesk_http.client.calls import Calls


@frozen
class Connecting:
    """Connecting."""

    _calls: Calls

    async def install_shopify(self) -> Response:
        """Begin to connect an account of shopify: the browser is sent there."""
        return await self._calls.response("GET", "/api/shopify/install")

    async def finish_installing_shopify(self) -> Response:
        """Finish connecting an account of shopify.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider, or `error=` a code.
        """
        return await self._calls.response("GET", "/api/shopify/callback")

    async def install_amazon(self) -> Response:
        """Begin to connect an account of amazon: the browser is sent there."""
        return await self._calls.response("GET", "/api/amazon/install")

    async def finish_installing_amazon(self) -> Response:
        """Finish connecting an account of amazon.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider, or `error=` a code.
        """
        return await self._calls.response("GET", "/api/amazon/callback")

    async def install_stripe_connect(self) -> Response:
        """Begin to connect an account of stripe-connect: the browser is sent there."""
        return await self._calls.response("GET", "/api/stripe-connect/install")

    async def finish_installing_stripe_connect(self) -> Response:
        """Finish connecting an account of stripe-connect.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider, or `error=` a code.
        """
        return await self._calls.response("GET", "/api/stripe-connect/callback")
