"""From what Resend sends to what it means."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from helpdesk_adapters.email.resend.payloads import Bounced, EmailReceived, Received, SentEvent
from helpdesk_adapters.web.vendor_json import read_object, structured
from helpdesk_core.addresses import parse_addresses
from helpdesk_core.charsets import one_line, storable
from helpdesk_core.commands import Command, DeliveryReported, FetchEmail
from helpdesk_core.delivery_reports import Reported
from helpdesk_core.email import Mail, MailPart, read_mail
from helpdesk_core.message_ids import message_ids
from helpdesk_core.signatures import Proven
from helpdesk_core.webhooks import Delivery, Item, UnreadableDelivery


def split(delivery: Delivery, proven: Proven) -> Sequence[Item]:
    """The one event of a delivery; it bears the id that Resend's retries keep."""
    kind = read_object(delivery.body).get("type")
    if not isinstance(kind, str) or not kind or proven.id is None:
        raise UnreadableDelivery("The body names no type.")
    return (Item(proven.id, kind, delivery.body),)


def email_received(raw: bytes) -> Sequence[Command]:
    """A mail has arrived, of which the webhook tells the envelope; the rest is to be fetched by its id."""
    data = read_object(raw).get("data")
    email_id = structured(data, EmailReceived).email_id.strip()
    if not email_id:
        raise UnreadableDelivery("EmailReceived: email_id is empty.")
    return [FetchEmail("resend", email_id, mail_of(structured(data, Received)))]


def email_sent(raw: bytes) -> Sequence[Command]:
    """The mail has left."""
    return [_reported(raw, Reported.SENT)]


def email_delivered(raw: bytes) -> Sequence[Command]:
    """The recipient's mail system has it."""
    return [_reported(raw, Reported.DELIVERED)]


def email_delivery_delayed(raw: bytes) -> Sequence[Command]:
    """The recipient's mail system would not take it yet."""
    return [_reported(raw, Reported.DELAYED)]


def email_bounced(raw: bytes) -> Sequence[Command]:
    """The recipient's mail system will not take it."""
    return [_reported(raw, Reported.BOUNCED)]


def email_suppressed(raw: bytes) -> Sequence[Command]:
    """Resend did not try, since an earlier mail to the address came back or was complained about."""
    return [_reported(raw, Reported.BOUNCED)]


def email_complained(raw: bytes) -> Sequence[Command]:
    """It arrived, and its reader calls it spam."""
    return [_reported(raw, Reported.COMPLAINED)]


def email_failed(raw: bytes) -> Sequence[Command]:
    """Resend could not send it."""
    return [_reported(raw, Reported.NOT_SENT)]


def _reported(raw: bytes, what: Reported) -> DeliveryReported:
    event = structured(read_object(raw).get("data"), SentEvent)
    if not event.email_id.strip():
        raise UnreadableDelivery("SentEvent: email_id is empty.")
    ids = message_ids(event.message_id)
    bounce, suppressed, failed = event.bounce or Bounced(), event.suppressed, event.failed
    reason = bounce.message or (suppressed.message if suppressed else "") or (failed.reason if failed else "")
    return DeliveryReported(
        provider="resend",
        provider_id=event.email_id.strip(),
        what=what,
        organization=_tag(event, "organization"),
        conversation=_tag(event, "conversation"),
        recipients=_emails(event.to),
        reason=one_line(reason)[:LONGEST_REASON],
        permanent=suppressed is not None or _is_gone(bounce),
        message_id=ids[0] if ids else None,
    )


LONGEST_REASON = 500
GONE = frozenset({"general", "noemail", "suppressed", "onaccountsuppressionlist"})
"""Kinds of permanent bounces that are the address's fault; others are the mail's, which was too large, say."""


def _is_gone(bounce: Bounced) -> bool:
    return bounce.type.lower() == "permanent" and bounce.subType.lower() in GONE


def _tag(event: SentEvent, name: str) -> str | None:
    value = event.tags.get(name)
    return storable(value) if isinstance(value, str) else None


def mail_of(
    received: Received,
    envelope: Mail | None = None,
    parts: Sequence[MailPart] = (),
    warnings: Sequence[str] = (),
) -> Mail:
    """The mail that Resend describes; what it leaves out is taken from the `envelope`, known before."""
    mail = read_mail(_headers(received), received.text, received.html, parts, warnings)
    known = envelope or Mail()
    recipients = _emails(received.received_for) or known.recipients
    return evolve(
        mail,
        from_=mail.from_ or known.from_,
        subject=mail.subject or known.subject,
        message_id=mail.message_id or known.message_id,
        to=mail.to or known.to,
        cc=mail.cc or known.cc,
        recipients=recipients or _emails((*received.to, *received.cc, *received.bcc)),
    )


def _headers(received: Received) -> list[tuple[str, str]]:
    """The mail's own headers, with the fields that Resend has read already in the place of those of that
    name.
    """
    read = {
        "from": (received.from_,),
        "to": received.to,
        "cc": received.cc,
        "reply-to": received.reply_to,
        "subject": (received.subject,),
    }
    own = [(name.lower(), value) for name, value in _flat(received)]
    if not any(name == "message-id" for name, _ in own) and (message_id := received.message_id.strip()):
        own.append(("message-id", message_id if "<" in message_id else f"<{message_id}>"))
    stated = [(name, value) for name, values in read.items() for value in values if value.strip()]
    names = {name for name, _ in stated}
    return [*stated, *(pair for pair in own if pair[0] not in names)]


def _flat(received: Received) -> Iterator[tuple[str, str]]:
    for name, value in received.headers.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield name, one


def _emails(fields: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for field in fields:
        for address in parse_addresses(field):
            found.setdefault(address.key, address.email)
    return tuple(found.values())
