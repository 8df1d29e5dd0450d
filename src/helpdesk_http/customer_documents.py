"""Everything there is of a customer as one JSON document, sent as it is read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, files_of
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import AttachmentId, TicketId
from helpdesk_core.imports.references import Reference
from helpdesk_core.orders import Order
from helpdesk_core.use_cases.customers.export_customer import ExportCustomer, ExportedTicket
from helpdesk_http.afterword_views import NOTHING, afterviews
from helpdesk_http.routes.correspondences import correspondence_view
from helpdesk_http.routes.orders import order_view
from helpdesk_http.views import customer_view, ticket_view
from helpdesk_http.wire import write


async def document(
    export: ExportCustomer,
    customer: Customer | None,
    tickets: Sequence[TicketId],
    at: datetime,
    orders: Sequence[Order] = (),
    **more: Any,
) -> AsyncIterator[bytes]:
    """The document in pieces, of which one page at a time is held.

    orders: those that are of nobody's account, and belong to whom it is about all the same. more: further members.
    """
    yield b'{"exported_at":' + write(at)
    for name, value in more.items():
        yield b',"' + name.encode() + b'":' + write(value)
    yield b',"customer":' + (b"null" if customer is None else write(customer_view(customer)))
    if customer is not None:
        yield b',"correspondences":' + write([*map(correspondence_view, await export.talks(customer))])
        yield b',"imported_from":' + write([*map(_origin, await export.origins(customer))])
    yield b',"tickets":['
    comma = b""
    for ticket_id in tickets if customer is not None else ():
        assert customer is not None
        exported = await export.ticket(customer, ticket_id)
        if exported is None:
            continue
        yield comma + _opened(exported)
        between = b""
        async for some in export.messages(customer, exported):
            for message in some.messages:
                yield between + write(_message(message, some.attachments))
                between = b","
        yield b"]}"
        comma = b","
    yield b'],"orders":['
    async for piece in _orders(export, customer, orders):
        yield piece
    yield b'],"events":['
    comma = b""
    if customer is not None:
        async for events in export.events(customer):
            for event in events:
                yield comma + write(_event(event))
                comma = b","
    yield b"]}"


async def _orders(
    export: ExportCustomer, customer: Customer | None, others: Sequence[Order]
) -> AsyncIterator[bytes]:
    comma = b""
    for order in others:
        yield comma + write(order_view(order))
        comma = b","
    if customer is None:
        return
    async for orders in export.orders(customer):
        for order in orders:
            yield comma + write(order_view(order))
            comma = b","


def _opened(exported: ExportedTicket) -> bytes:
    """A ticket, up to where its messages begin; of another's ticket only which one it is."""
    ticket, rating = exported.ticket, exported.rating
    if not exported.is_theirs:
        return b'{"id":' + write(ticket.id) + b',"number":%d,"conversations":[' % ticket.number
    told = None
    if rating is not None:
        told = {"score": rating.score, "comment": rating.comment, "created_at": rating.created_at}
    return write(ticket_view(ticket))[:-1] + b',"rating":' + write(told) + b',"conversations":['


def _message(message: Conversation, attachments: Mapping[AttachmentId, Attachment]) -> dict[str, Any]:
    files = [attachments[id_] for id_ in files_of(message) if id_ in attachments]
    mail = message.mail
    return {
        "id": message.id,
        "kind": message.kind,
        "channel": message.channel,
        "created_at": message.created_at,
        "author": {"type": message.author.type, "id": message.author.id, "name": message.author.name},
        "text": message.content_text,
        "html": message.content_html,
        "language": message.language,
        "translation": _translation(message),
        **_told(message),
        "mail": {"from": mail.from_, "to": mail.to, "cc": mail.cc, "subject": mail.subject},
        "attachments": [
            {
                "id": file.id,
                "filename": file.filename,
                "content_type": file.content_type,
                "size": file.size,
                "sha256": file.digest,
            }
            for file in files
        ],
    }


def _translation(message: Conversation) -> dict[str, Any] | None:
    known = message.translation
    return None if known is None or known.text is None else {"language": known.language, "text": known.text}


def _told(message: Conversation) -> dict[str, Any]:
    """What was told of it after it, where anything was."""
    told = afterviews(message)
    if told is NOTHING:
        return {}
    names = ("edited_at", "deleted_at", "versions", "reactions", "marks")
    return {name: getattr(told, name) for name in names}


def _event(event: DomainEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "occurred_at": event.occurred_at,
        "actor": {"type": event.actor.type, "id": event.actor.id},
        "data": event.data,
    }


def _origin(known: Reference) -> dict[str, str]:
    return {"source": known.source, "account": known.account, "id": known.external_id}
