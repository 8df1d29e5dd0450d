"""Mail is pushed, whole; the answer says which ticket it went to."""

from typing import Annotated, Final
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_http.fields import About
from helpdesk_http.operations import Reply, operation, proof
from helpdesk_http.routes.webhooks import delivered, taken

LARGEST: Final = 25 << 20


@frozen(kw_only=True)
class PushedMailView:
    """What became of a pushed mail."""

    success: Annotated[bool, About(doc="Always true: the mail is kept.")]
    ticketId: Annotated[UUID | None, About(doc="Null for mail that was left out, and with 202.")]
    conversationId: Annotated[UUID | None, About(doc="The message that it has become.")]
    duplicate: Annotated[bool, About(doc="It had been received before; the ids are those of the first time.")]


async def receive_inbound_email(desk: Container, request: Request, body: bytes) -> Reply[PushedMailView]:
    """Push a mail.

    Send the message as `message/rfc822`, or JSON: `{"organization": slug, "mailbox": address, "raw": base64}`, where
    either of the first two may be missing. Without them the recipients in the message's headers decide. Sign it as
    `x-helpdesk-signature: v1=` and the hex of HMAC-SHA256 over `<x-helpdesk-timestamp>.<body>`; the timestamp, in Unix
    seconds, may be 300 seconds off.

    200: dealt with. 202: kept, but something that is needed was away; it is taken in by itself later. The same mail
    again changes nothing.
    """
    provider = desk.webhook_providers()["imap"]
    became = await taken(desk, provider, delivered(desk, request, body), desk.take_pushed_mail())
    view = PushedMailView(
        success=True,
        ticketId=became.ticket_id,
        conversationId=became.conversation_id,
        duplicate=became.duplicate,
    )
    return Reply(view, None if became.finished else 202)


OPERATIONS = (
    operation(
        "POST /api/webhooks/inbound-email",
        receive_inbound_email,
        tag="Webhooks",
        auth=proof("imapSignature", handler_checks=True),
        errors=(401, 413, 415, 503),
        also={202: PushedMailView},
        body_media=("message/rfc822", "application/json"),
        limit=LARGEST,
    ),
)
