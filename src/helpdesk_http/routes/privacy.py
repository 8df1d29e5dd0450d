"""What is done with a customer as a whole: merged, exported, erased."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from attrs import frozen
from starlette.responses import Response, StreamingResponse

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import CustomerId
from helpdesk_core.privacy import COUNTED, Erasure, ErasureState
from helpdesk_core.users import Scope
from helpdesk_http.customer_documents import document
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.views import CustomerView, customer_view
from helpdesk_http.who import Caller


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

    `customer` (with every address), `tickets[]` with their `conversations[]` (texts, times, authors, names and
    digests of files) and `rating`, `orders[]`, `imported_from[]` (what they are where they came from), and `events[]`
    about the customer. It is sent as it is read, however long it is. That it was asked for stands in the audit log.
    """
    export = desk.export_customer()
    customer, tickets = await export.begin(who.organization_id, CustomerId(customer_id), who.actor)
    name = f'attachment; filename="customer-{customer_id}.json"'
    pieces = document(export, customer, tickets, desk.clock()())
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
