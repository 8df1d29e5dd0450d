"""Connecting.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen
from httpx2 import Response

from helpdesk_http.client.calls import Calls, segment
from helpdesk_http.client.generated.shared import Received


@frozen(kw_only=True)
class DeletionReceipt:
    """As Facebook shows it to the person: where they see how their request stands, and its code."""

    url: str
    confirmation_code: str


@frozen(kw_only=True)
class DeletionState:
    """A request to be forgotten. What it asks for was done when it came in, but for what a job does
    soon after.
    """

    confirmation_code: str
    received_at: datetime


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
        provider (`left_out=` how many accounts are another organization's already), or `error=` a
        code.
        """
        return await self._calls.response("GET", "/api/shopify/callback")

    async def install_amazon(self) -> Response:
        """Begin to connect an account of amazon: the browser is sent there."""
        return await self._calls.response("GET", "/api/amazon/install")

    async def finish_installing_amazon(self) -> Response:
        """Finish connecting an account of amazon.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider (`left_out=` how many accounts are another organization's already), or `error=` a
        code.
        """
        return await self._calls.response("GET", "/api/amazon/callback")

    async def install_stripe_connect(self) -> Response:
        """Begin to connect an account of stripe-connect: the browser is sent there."""
        return await self._calls.response("GET", "/api/stripe-connect/install")

    async def finish_installing_stripe_connect(self) -> Response:
        """Finish connecting an account of stripe-connect.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider (`left_out=` how many accounts are another organization's already), or `error=` a
        code.
        """
        return await self._calls.response("GET", "/api/stripe-connect/callback")

    async def install_slack(self) -> Response:
        """Begin to connect an account of slack: the browser is sent there."""
        return await self._calls.response("GET", "/api/slack/install")

    async def finish_installing_slack(self) -> Response:
        """Finish connecting an account of slack.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider (`left_out=` how many accounts are another organization's already), or `error=` a
        code.
        """
        return await self._calls.response("GET", "/api/slack/callback")

    async def install_whatsapp(self) -> Response:
        """Begin to connect an account of whatsapp: the browser is sent there."""
        return await self._calls.response("GET", "/api/whatsapp/install")

    async def finish_installing_whatsapp(self) -> Response:
        """Finish connecting an account of whatsapp.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider (`left_out=` how many accounts are another organization's already), or `error=` a
        code.
        """
        return await self._calls.response("GET", "/api/whatsapp/callback")

    async def install_messenger(self) -> Response:
        """Begin to connect an account of messenger: the browser is sent there."""
        return await self._calls.response("GET", "/api/messenger/install")

    async def finish_installing_messenger(self) -> Response:
        """Finish connecting an account of messenger.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider (`left_out=` how many accounts are another organization's already), or `error=` a
        code.
        """
        return await self._calls.response("GET", "/api/messenger/callback")

    async def install_zendesk(self) -> Response:
        """Begin to connect an account of zendesk: the browser is sent there."""
        return await self._calls.response("GET", "/api/zendesk/connect")

    async def finish_installing_zendesk(self) -> Response:
        """Finish connecting an account of zendesk.

        Always leads to the page of the integrations, which says how it went: `connected=` the
        provider (`left_out=` how many accounts are another organization's already), or `error=` a
        code.
        """
        return await self._calls.response("GET", "/api/zendesk/callback")

    async def deauthorize_messenger(
        self,
        content: bytes,
        *,
        content_type: str = "application/x-www-form-urlencoded",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """End the connection of every page that a person has connected, who has removed the app at
        Facebook.

        The form's member `signed_request` is signed with `MESSENGER_APP_SECRET`. What customers
        wrote stays.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/messenger/deauthorize",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def delete_messenger_data(
        self,
        content: bytes,
        *,
        content_type: str = "application/x-www-form-urlencoded",
        headers: Mapping[str, str] | None = None,
    ) -> DeletionReceipt:
        """Forget a person who asks for it at Facebook: the pages that they connected are disconnected,
        and no longer say by

        whom they were.

        The form's member `signed_request` is signed with `MESSENGER_APP_SECRET`.
        """
        answered: DeletionReceipt = await self._calls.answer(
            DeletionReceipt,
            "POST",
            "/api/messenger/data-deletion",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def read_messenger_deletion(self, code: str) -> DeletionState:
        """Read by its confirmation code when a request to be forgotten came in, and was carried out."""
        answered: DeletionState = await self._calls.answer(
            DeletionState, "GET", f"/api/messenger/data-deletion/{segment(code)}"
        )
        return answered
