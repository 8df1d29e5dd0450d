"""Deliveries to webhook endpoints: what was sent, what came back, and sending it once more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Final, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.deliveries import DeliveryTry, WebhookDelivery, WebhookDeliveryState
from helpdesk_core.ids import DeliveryId, OrganizationId, WebhookEndpointId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import DeliveryFilter
from helpdesk_core.ports.store import View
from helpdesk_core.signatures import unix_seconds
from helpdesk_core.use_cases.webhooks.plan_deliveries import existing_delivery, existing_endpoint
from helpdesk_core.users import Scope
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import About, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class DeliveryQuery:
    """Filters of the list."""

    state: WebhookDeliveryState | None = None
    event_type: Annotated[str, Text(min=1, max=80, example="ticket.created")] | None = None
    limit: Limit = 25
    sort: Literal["-created_at", "created_at"] = "-created_at"
    cursor: Cursor | None = None


@frozen(kw_only=True)
class WebhookDeliveryView:
    """One event on its way to one endpoint. `pending` will be tried (again) by itself at `next_try_at`."""

    id: UUID
    endpoint_id: UUID
    event_id: Annotated[UUID, About(doc="The event's id in the feed, and the header webhook-id.")]
    event_type: str
    seq: Annotated[int, About(doc="The event's place in the feed; 0 for a test.")]
    state: WebhookDeliveryState
    attempts: Annotated[int, About(doc="How often it was tried.")]
    last_status: Annotated[int | None, About(doc="What the last try was answered; null: nothing came.")]
    last_error: str | None
    created_at: datetime
    next_try_at: datetime | None
    finished_at: datetime | None


@frozen
class TryView:
    """One call: a status and the beginning of the answer, or the reason why there is none."""

    at: datetime
    duration_ms: int
    status: int | None
    answer: Annotated[str, About(doc="At most 2 KB.")]
    error: str | None


@frozen
class SentView:
    """What is posted. Timestamp and signature are made for each try; these are the last one's."""

    url: str
    headers: Mapping[str, str]
    body: str


@frozen(kw_only=True)
class WholeDeliveryView(WebhookDeliveryView):
    """A delivery with what is sent and what came of every try, the newest last; of very many the newest."""

    request: SentView
    tries: Sequence[TryView]


async def read_webhook_delivery(desk: Container, who: Caller, delivery_id: UUID) -> WholeDeliveryView:
    """Read a delivery: the request, and every answer."""
    return await desk.store().read(partial(_whole, who.organization_id, DeliveryId(delivery_id)))


async def redeliver_webhook(desk: Container, who: Caller, delivery_id: UUID) -> WebhookDeliveryView:
    """Make a delivery once more, at once, whatever became of it.

    The event keeps its id, so that a receiver can tell that it has seen it.
    """
    return in_line(await desk.redeliver()(who.organization_id, DeliveryId(delivery_id)))


async def deliveries_of(
    desk: Container, who: Caller, request: Request, query: DeliveryQuery, endpoint_id: UUID
) -> Reply[Listed[WebhookDeliveryView]]:
    """A page of an endpoint's deliveries."""
    wanted = DeliveryFilter(WebhookEndpointId(endpoint_id), query.state, query.event_type)
    name = f"webhook-deliveries:{endpoint_id}"
    page = page_of(desk, name, query)
    found = await desk.store().read(partial(_page, who.organization_id, wanted, page))
    return listed(desk, request, name, query, [in_line(one) for one in found.items], found.next)


def in_line(delivery: WebhookDelivery) -> WebhookDeliveryView:
    """A delivery as lists show it."""
    last = delivery.tries[-1] if delivery.tries else None
    return WebhookDeliveryView(
        id=delivery.id,
        endpoint_id=delivery.endpoint_id,
        event_id=delivery.event_id,
        event_type=delivery.type,
        seq=delivery.seq,
        state=delivery.state,
        attempts=delivery.attempts,
        last_status=last.status if last else None,
        last_error=last.error if last else None,
        created_at=delivery.created_at,
        next_try_at=delivery.next_try_at,
        finished_at=delivery.finished_at,
    )


async def _page(
    organization_id: OrganizationId, wanted: DeliveryFilter, page: Page, view: View
) -> Slice[WebhookDelivery]:
    await existing_endpoint(organization_id, wanted.endpoint_id, view)
    return await view.deliveries.page(organization_id, wanted, page)


async def _whole(organization_id: OrganizationId, delivery_id: DeliveryId, view: View) -> WholeDeliveryView:
    delivery = await existing_delivery(organization_id, delivery_id, view)
    endpoint = await existing_endpoint(organization_id, delivery.endpoint_id, view)
    short = in_line(delivery)
    return WholeDeliveryView(
        **{name: getattr(short, name) for name in WebhookDeliveryView.__annotations__},
        request=_sent(delivery, endpoint),
        tries=[_try_view(one) for one in delivery.tries],
    )


def _sent(delivery: WebhookDelivery, endpoint: WebhookEndpoint) -> SentView:
    headers = {"content-type": "application/json", "webhook-id": str(delivery.event_id)}
    if delivery.tries:
        last = delivery.tries[-1]
        headers["webhook-timestamp"] = unix_seconds(last.at)
        headers["webhook-signature"] = last.signature
    return SentView(endpoint.url, headers, delivery.body)


def _try_view(one: DeliveryTry) -> TryView:
    return TryView(one.at, one.duration_ms, one.status, one.answer, one.error)


TAG: Final = "Webhook endpoints"
_ONE: Final = "/api/v1/webhook-deliveries/{delivery_id}"

OPERATIONS: tuple[Operation, ...] = (
    operation(f"GET {_ONE}", read_webhook_delivery, tag=TAG, auth=key(Scope.ADMIN), errors=(404,)),
    operation(
        f"POST {_ONE}/redeliver",
        redeliver_webhook,
        tag=TAG,
        auth=key(Scope.ADMIN),
        status=202,
        errors=(404, 409),
    ),
)
