"""Webhooks.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping
from uuid import UUID

from attrs import frozen
from httpx2 import Response

from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls
from helpdesk_http.client.generated.shared import Received


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
class FleetTicketTaken:
    """What became of a report."""

    success: bool
    """Always true: the report is kept."""
    ticketId: UUID | None
    """Null with 202."""
    ticketNumber: int | None
    """Null with 202."""
    duplicate: bool
    """The same was reported within half a minute: it is that ticket."""


@frozen
class Webhooks:
    """Webhooks."""

    _calls: Calls

    async def answer_whatsapp_handshake(self) -> Response:
        """Answer Meta's question whether WhatsApp's webhooks may come here.

        `hub.challenge` is given back to whoever knows `WHATSAPP_VERIFY_TOKEN`.
        """
        return await self._calls.response("GET", "/api/webhooks/whatsapp")

    async def answer_messenger_handshake(self) -> Response:
        """Answer Meta's question whether Messenger's webhooks may come here.

        `hub.challenge` is given back to whoever knows `MESSENGER_VERIFY_TOKEN`.
        """
        return await self._calls.response("GET", "/api/webhooks/messenger")

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

    async def open_fleet_ticket(
        self,
        *,
        message: str,
        email: str | None | Unset = UNSET,
        phone: str | None | Unset = UNSET,
        name: str | None | Unset = UNSET,
        subject: str | None | Unset = UNSET,
        vehicle_number: str | None | Unset = UNSET,
        image_url: str | None | Unset = UNSET,
    ) -> FleetTicketTaken:
        """Report for a rider.

        Opens a ticket of the organization that the desk's settings name; answers of agents go to
        the rider by e-mail.

        201: the ticket is there. 202: kept, but something that is needed was away; its ticket opens
        by itself later.

        phone: In international form.
        image_url: A picture at a public http or https address; it is fetched afterwards.
        """
        answered: FleetTicketTaken = await self._calls.answer(
            FleetTicketTaken,
            "POST",
            "/api/levy-fleets/tickets",
            202,
            body={
                "message": message,
                "email": email,
                "phone": phone,
                "name": name,
                "subject": subject,
                "vehicle_number": vehicle_number,
                "image_url": image_url,
            },
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

    async def receive_dialpad(
        self,
        content: bytes,
        *,
        content_type: str = "application/jwt",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of dialpad.

        Handled: `call.calling`, `call.preanswer`, `call.ringing`, `call.queued`, `call.connected`,
        `call.hold`, `call.parked`, `call.merged`, `call.takeover`, `call.hangup`, `call.missed`,
        `call.voicemail`, `call.voicemail_uploaded`, `call.transcription`,
        `call.call_transcription`, `call.recording`, `call.admin_recording`, `call.recap_summary`,
        `call.recap_action_items`, `call.recap_purposes`, `call.recap_outcome`, `call.postcall`,
        `call.csat`, `call.pcsat`, `call.dispositions`, `sms.inbound`, `sms.outbound`. Others are
        kept and ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/dialpad",
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

    async def receive_slack(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Receive events of slack.

        Handled: `message`, `app_mention`, `message_changed`, `message_deleted`, `file_shared`,
        `reaction_added`, `reaction_removed`, `app_uninstalled`, `tokens_revoked`, `slash_command`,
        `shortcut`, `message_action`, `view_submission`. Others are kept and ignored.
        """
        return await self._calls.response(
            "POST",
            "/api/webhooks/slack",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )

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

    async def receive_messenger(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of messenger.

        Handled: `messages`, `message_echoes`, `messaging_postbacks`, `message_edits`,
        `message_reactions`, `message_deliveries`, `message_reads`, `standby`. Others are kept and
        ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/messenger",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered

    async def receive_sms(
        self,
        content: bytes,
        *,
        content_type: str = "application/x-www-form-urlencoded",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Receive events of sms.

        Handled: `message`, `status`, `telnyx.message.received`, `telnyx.message.sent`,
        `telnyx.message.finalized`, `messagebird.message`, `messagebird.status`,
        `vonage.message.inbound`, `vonage.message.status`, `vonage.sms.inbound`,
        `vonage.sms.status`. Others are kept and ignored.
        """
        return await self._calls.response(
            "POST",
            "/api/webhooks/sms",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )

    async def receive_sms_get(
        self,
        content: bytes,
        *,
        content_type: str = "application/octet-stream",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Receive events of sms.

        Handled: `message`, `status`, `telnyx.message.received`, `telnyx.message.sent`,
        `telnyx.message.finalized`, `messagebird.message`, `messagebird.status`,
        `vonage.message.inbound`, `vonage.message.status`, `vonage.sms.inbound`,
        `vonage.sms.status`. Others are kept and ignored.
        """
        return await self._calls.response(
            "GET",
            "/api/webhooks/sms",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )

    async def receive_whatsapp(
        self,
        content: bytes,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Receive events of whatsapp.

        Handled: `message`, `status`, `message_echo`, `errors`, `account_update`,
        `message_template_status_update`. Others are kept and ignored.
        """
        answered: Received = await self._calls.answer(
            Received,
            "POST",
            "/api/webhooks/whatsapp",
            content=content,
            headers={"Content-Type": content_type, **(headers or {})},
        )
        return answered
