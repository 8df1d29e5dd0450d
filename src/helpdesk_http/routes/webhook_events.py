"""The webhook inbox over the API."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import OrganizationId, WebhookEventId
from helpdesk_core.ports.repositories import EventFilter
from helpdesk_core.ports.store import View
from helpdesk_core.use_cases.webhooks.list_events import list_events, visible_event
from helpdesk_core.users import Scope
from helpdesk_core.webhooks import EventState, WebhookEvent
from helpdesk_http.cursors import listed, page_of
from helpdesk_http.fields import Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed, WebhookEventView, webhook_event_view
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class WebhookEventQuery:
    """Filters of the list."""

    provider: Annotated[str, Text(min=1, max=40, example="resend")] | None = None
    state: EventState | None = None
    type: Annotated[str, Text(min=1, max=200, example="email.received")] | None = None
    limit: Limit = 25
    sort: Literal["-received_at", "received_at"] = "-received_at"
    cursor: Cursor | None = None


async def list_webhook_events(
    desk: Container, who: Caller, request: Request, query: WebhookEventQuery
) -> Reply[Listed[WebhookEventView]]:
    """List what providers have posted, the newest first.

    Those of this organization, and those that belong to nobody yet, without the reasons of the latter.
    """
    wanted = EventFilter(provider=query.provider, state=query.state, type=query.type)
    page = page_of(desk, "webhook-events", query)
    found = await desk.store().read(partial(list_events, who.organization_id, wanted, page))
    views = [webhook_event_view(event) for event in found.items]
    return listed(desk, request, "webhook-events", query, views, found.next)


async def read_webhook_event(desk: Container, who: Caller, event_id: UUID) -> WebhookEventView:
    """Read one of them."""
    event = await desk.store().read(partial(_existing, who.organization_id, WebhookEventId(event_id)))
    return webhook_event_view(event)


async def replay_webhook_event(desk: Container, who: Caller, event_id: UUID) -> WebhookEventView:
    """Perform one again that was ignored, failed, or rests as dead."""
    event = await desk.store().read(partial(_existing, who.organization_id, WebhookEventId(event_id)))
    await desk.replay_events()([event.id])
    return webhook_event_view(await desk.store().read(partial(_existing, who.organization_id, event.id)))


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/webhook-events", list_webhook_events, tag="Webhook events", auth=key(Scope.ADMIN)),
    operation(
        "GET /api/v1/webhook-events/{event_id}",
        read_webhook_event,
        tag="Webhook events",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
    operation(
        "POST /api/v1/webhook-events/{event_id}/replay",
        replay_webhook_event,
        tag="Webhook events",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
)


async def _existing(organization_id: OrganizationId, event_id: WebhookEventId, view: View) -> WebhookEvent:
    return existing(await visible_event(organization_id, event_id, view), "webhook event", event_id)
