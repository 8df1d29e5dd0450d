"""Webhooks.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping
from uuid import UUID

from attrs import frozen

from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class PushedMailView:
    """What became of a pushed mail."""

    success: bool
    """Always true: the mail is kept."""
    ticketId: UUID | None
    """Null for mail that was left out, and with 202."""
    conversationId: UUID | None
    """The message that it has become."""
    duplicate: bool
    """It had been received before; the ids are those of the first time."""


@frozen(kw_only=True)
class Received:
    """The delivery is kept; what follows from it is done by a job."""

    received: bool


@frozen
class Webhooks:
    """Webhooks."""

    _calls: Calls

    async def receive_inbound_email(
        self,
        content: bytes,
        *,
        content_type: str = "message/rfc822",
        headers: Mapping[str, str] | None = None,
    ) -> PushedMailView:
        """Push a mail.

        Send the message as `message/rfc822`, or JSON: `{"organization": slug, "mailbox": address,
        "raw": base64}`, where
        either of the first two may be missing. Without them the recipients in the message's headers
        decide. Sign it as
        `x-helpdesk-signature: v1=` and the hex of HMAC-SHA256 over `<x-helpdesk-timestamp>.<body>`;
        the timestamp, in Unix
        seconds, may be 300 seconds off.

        200: dealt with. 202: kept, but something that is needed was away; it is taken in by itself
        later. The same mail
        again changes nothing.
        """
        answered: PushedMailView = await self._calls.answer(
            PushedMailView,
            "POST",
            "/api/webhooks/inbound-email",
            202,
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_amazon(
        self, content: bytes, *, content_type: str = "text/plain", headers: Mapping[str, str] | None = None
    ) -> Received:
        """Receive messages of a topic of Amazon SNS.

        The signature is a member of the message (versions 1 and 2). Only the topics in
        `AMAZON_SNS_TOPIC_ARNS` are
        believed, others get 403. Handled: `ORDER_CHANGE`, `MFN_ORDER_STATUS_CHANGE`,
        `RETURN_STATUS_CHANGE`,
        `FEED_PROCESSING_FINISHED`, and the confirmations of the subscription; others are kept and
        ignored. 503 asks for the
        message to be sent again: its certificate could not be fetched.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/amazon/webhook",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_resend(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of resend.

        Handled: `email.received`, `email.sent`, `email.delivered`, `email.delivery_delayed`,
        `email.bounced`, `email.suppressed`, `email.complained`, `email.failed`. Others are kept and
        ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/resend",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_email(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of resend.

        Handled: `email.received`, `email.sent`, `email.delivered`, `email.delivery_delayed`,
        `email.bounced`, `email.suppressed`, `email.complained`, `email.failed`. Others are kept and
        ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/email",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_shopify(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of shopify.

        Handled: `customers/create`, `customers/update`, `orders/create`, `orders/updated`,
        `orders/fulfilled`, `orders/partially_fulfilled`, `app/uninstalled`,
        `customers/data_request`, `customers/redact`, `shop/redact`. Others are kept and ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/shopify",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_shopify_gdpr(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of shopify.

        Handled: `customers/create`, `customers/update`, `orders/create`, `orders/updated`,
        `orders/fulfilled`, `orders/partially_fulfilled`, `app/uninstalled`,
        `customers/data_request`, `customers/redact`, `shop/redact`. Others are kept and ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/shopify/gdpr",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_stripe(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of stripe.

        Handled: `setup_intent.succeeded`, `setup_intent.setup_failed`, `payment_intent.succeeded`,
        `payment_intent.payment_failed`, `payment_method.attached`, `payment_method.detached`,
        `checkout.session.completed`, `customer.subscription.created`,
        `customer.subscription.updated`, `customer.subscription.deleted`,
        `customer.subscription.trial_will_end`, `invoice.paid`, `invoice.payment_failed`. Others are
        kept and ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/stripe",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_stripe_connect(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of stripe-connect.

        Handled: `account.updated`, `account.application.authorized`,
        `account.application.deauthorized`, `payout.created`, `payout.updated`, `payout.paid`,
        `payout.failed`, `payout.canceled`. Others are kept and ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/stripe-connect",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered
