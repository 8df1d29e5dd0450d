"""What is done with a customer as a whole: merged, exported, erased."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from attrs import frozen
from starlette.responses import Response, StreamingResponse

from helpdesk_adapters.container import Container
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, files_of
from helpdesk_core.customers import Customer
from helpdesk_core.errors import existing
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import AttachmentId, CustomerId, TicketId
from helpdesk_core.privacy import COUNTED, Erasure, ErasureState
from helpdesk_core.use_cases.export_customer import ExportCustomer, ExportedTicket
from helpdesk_core.users import Scope
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.views import CustomerView, customer_view, ticket_view
from helpdesk_http.who import Caller
from helpdesk_http.wire import write


@frozen(kw_only=True)
class CustomerMerge:
    """Into whom."""

    into_id: UUID


@frozen
class ErasureView:
    """The receipt of an erasure."""

    id: UUID
    customer_id: UUID
    state: Annotated[ErasureState, About(doc="`erasing` while a job goes on with it, then `erased`.")]
    erased: Annotated[
        Mapping[str, int], About(doc=f"How many of each kind were emptied or removed: {', '.join(COUNTED)}.")
    ]
    requested_at: datetime
    finished_at: datetime | None


async def merge_customer(
    desk: Container, who: Caller, customer_id: UUID, body: CustomerMerge
) -> CustomerView:
    """Merge a customer into another one.

    Addresses, tickets and messages pass to the other one, who is the answer; the old id answers 308 from then on.
    """
    return customer_view(
        await desk.merge_customers()(
            who.organization_id, CustomerId(customer_id), CustomerId(body.into_id), who.actor
        )
    )


async def export_customer(desk: Container, who: Caller, customer_id: UUID) -> Response:
    """Export everything there is of a customer, as one JSON document.

    `customer` (with every address), `tickets[]` with their `conversations[]` (texts, times, authors, names and digests
    of files) and `rating`, and `events[]` about the customer. It is sent as it is read, however long it is. That it was
    asked for stands in the audit log.
    """
    export = desk.export_customer()
    customer, tickets = await export.begin(who.organization_id, CustomerId(customer_id), who.actor)
    name = f'attachment; filename="customer-{customer_id}.json"'
    pieces = _document(export, customer, tickets, desk.clock()())
    return StreamingResponse(
        pieces,
        media_type="application/json",
        headers={"content-disposition": name, "cache-control": "no-store"},
    )


async def erase_customer(desk: Container, who: Caller, customer_id: UUID) -> Reply[ErasureView]:
    """Erase a customer for good: name, addresses, words and files, everywhere.

    What is left is an anonymous customer, so that tickets still belong to somebody. Large ones take a while: the
    receipt says `erasing` until a job has come to the end. Asked again, the receipt is the same.
    """
    return Reply(
        _erasure_view(await desk.erase_customer()(who.organization_id, CustomerId(customer_id), who.actor))
    )


async def read_erasure(desk: Container, who: Caller, customer_id: UUID) -> ErasureView:
    """Read the receipt of a customer's erasure."""
    found = await desk.store().read(
        lambda view: view.erasures.of_customer(who.organization_id, CustomerId(customer_id))
    )
    return _erasure_view(existing(found, "erasure of the customer", customer_id))


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST /api/v1/customers/{customer_id}/merge",
        merge_customer,
        tag="Customers",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "GET /api/v1/customers/{customer_id}/export",
        export_customer,
        tag="Customers",
        auth=key(Scope.READ),
        errors=(404, 409),
    ),
    operation(
        "POST /api/v1/customers/{customer_id}/erase",
        erase_customer,
        tag="Customers",
        auth=key(Scope.WRITE),
        errors=(404, 409),
    ),
    operation(
        "GET /api/v1/customers/{customer_id}/erasure",
        read_erasure,
        tag="Customers",
        auth=key(Scope.READ),
        errors=(404,),
    ),
)


def _erasure_view(erasure: Erasure) -> ErasureView:
    return ErasureView(
        id=erasure.id,
        customer_id=erasure.customer_id,
        state=erasure.state,
        erased=erasure.erased,
        requested_at=erasure.requested_at,
        finished_at=erasure.finished_at,
    )


async def _document(
    export: ExportCustomer, customer: Customer, tickets: Any, at: datetime
) -> AsyncIterator[bytes]:
    """The document in pieces, of which one page at a time is held."""
    yield b'{"exported_at":' + write(at) + b',"customer":' + write(customer_view(customer))
    yield b',"tickets":['
    comma = b""
    for ticket_id in tickets:
        exported = await export.ticket(customer, TicketId(ticket_id))
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
    yield b'],"events":['
    comma = b""
    async for events in export.events(customer):
        for event in events:
            yield comma + write(_event(event))
            comma = b","
    yield b"]}"


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


def _event(event: DomainEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "occurred_at": event.occurred_at,
        "actor": {"type": event.actor.type, "id": event.actor.id},
        "data": event.data,
    }
