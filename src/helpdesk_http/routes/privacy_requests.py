"""What shops ask for about the data of their customers, and what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import CustomerId, PrivacyRequestId, TicketId
from helpdesk_core.ports.repositories import PrivacyRequestFilter
from helpdesk_core.privacy_requests import Found, PrivacyKind, PrivacyRequest, PrivacyState
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.customer_documents import document
from helpdesk_http.fields import About
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller


@frozen
class PrivacyRequestView:
    """One request. It names nobody: ids of things, and numbers."""

    id: PrivacyRequestId
    provider: Annotated[str, About(example="shopify")]
    shop: Annotated[str, About(example="oak-and-iron.myshopify.com")]
    kind: PrivacyKind
    state: Annotated[
        PrivacyState,
        About(doc="`done` once the data was handed over, or all that was to be erased is."),
    ]
    found: Annotated[Found, About(doc="What there was of whom it is about when it came.")]
    customer_id: CustomerId | None
    external_id: Annotated[str | None, About(doc="The shop's id of the person.", example="7215448911204")]
    orders: Annotated[Sequence[str], About(doc="The shop's ids of the orders that it is about.")]
    erased: Annotated[Mapping[str, int], About(doc="How many of each kind were removed or emptied so far.")]
    created_at: datetime
    due_at: Annotated[datetime, About(doc="30 days after it came.")]
    finished_at: datetime | None


@frozen(kw_only=True)
class PrivacyRequestQuery:
    limit: Limit = 25
    sort: Literal["created_at", "-created_at"] = "-created_at"
    cursor: Cursor | None = None
    state: PrivacyState | None = None
    kind: PrivacyKind | None = None


async def list_privacy_requests(
    desk: Container, who: Caller, request: Request, query: PrivacyRequestQuery
) -> Reply[Listed[PrivacyRequestView]]:
    """List privacy requests, the newest first."""
    wanted, page = PrivacyRequestFilter(query.state, query.kind), page_of(desk, "privacy-requests", query)
    found = await desk.store().read(
        lambda view: view.privacy_requests.page(who.organization_id, wanted, page)
    )
    views = [_view(one) for one in found.items]
    return listed(desk, request, "privacy-requests", query, views, found.next)


async def read_privacy_request(desk: Container, who: Caller, privacy_request_id: UUID) -> PrivacyRequestView:
    """Read a privacy request."""
    found = await desk.store().read(
        lambda view: view.privacy_requests.get(who.organization_id, PrivacyRequestId(privacy_request_id))
    )
    return _view(existing(found, "privacy request", privacy_request_id))


async def export_privacy_request(desk: Container, who: Caller, privacy_request_id: UUID) -> Response:
    """Export what a person asked for, as one JSON document to hand over.

    As the export of a customer, with `request` and `found`: `stored`, `nothing_stored`, or `erased` where they were
    forgotten meanwhile; there is no customer then, and nothing in the lists. It is made when it is read. That it was
    stands in the audit log.
    """
    answered = await desk.export_requested()(
        who.organization_id, PrivacyRequestId(privacy_request_id), who.actor
    )
    export, customer, tickets = desk.export_customer(), answered.customer, list[TicketId]()
    if customer is not None:
        customer, found = await export.begin(who.organization_id, customer.id, who.actor)
        tickets.extend(found)
    asked = answered.request
    pieces = document(
        export,
        customer,
        tickets,
        desk.clock()(),
        answered.orders,
        request=_view(asked),
        found=answered.found,
    )
    name = f'attachment; filename="privacy-request-{asked.id}.json"'
    return StreamingResponse(
        pieces,
        media_type="application/json",
        headers={"content-disposition": name, "cache-control": "no-store"},
    )


async def finish_privacy_request(
    desk: Container, who: Caller, privacy_request_id: UUID
) -> Reply[PrivacyRequestView]:
    """Note that the data was handed over. What is to be erased the desk sees to itself (409)."""
    done = await desk.finish_request()(who.organization_id, PrivacyRequestId(privacy_request_id), who.actor)
    return Reply(_view(done))


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET /api/v1/privacy-requests", list_privacy_requests, tag="Privacy requests", auth=key(Scope.ADMIN)
    ),
    operation(
        "GET /api/v1/privacy-requests/{privacy_request_id}",
        read_privacy_request,
        tag="Privacy requests",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
    operation(
        "GET /api/v1/privacy-requests/{privacy_request_id}/export",
        export_privacy_request,
        tag="Privacy requests",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
    operation(
        "POST /api/v1/privacy-requests/{privacy_request_id}/done",
        finish_privacy_request,
        tag="Privacy requests",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
)


def _view(one: PrivacyRequest) -> PrivacyRequestView:
    return PrivacyRequestView(
        id=one.id,
        provider=one.provider,
        shop=one.account,
        kind=one.kind,
        state=one.state,
        found=one.found,
        customer_id=one.customer_id,
        external_id=one.person,
        orders=one.orders,
        erased=one.erased,
        created_at=one.created_at,
        due_at=one.due_at,
        finished_at=one.finished_at,
    )
