"""The room for outgoing webhooks: where events are posted to, how that went, and sending once more."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.deliveries import WebhookDelivery
from helpdesk_core.ids import DeliveryId, OrganizationId, WebhookEndpointId
from helpdesk_core.paging import Page, Slice
from helpdesk_core.ports.repositories import DeliveryFilter
from helpdesk_core.ports.store import View
from helpdesk_core.unset import given
from helpdesk_core.use_cases.webhooks.plan_deliveries import existing_endpoint
from helpdesk_core.users import Role
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_http.routes import webhook_deliveries as deliveries
from helpdesk_http.routes import webhook_endpoints as api
from helpdesk_http.web.forms import Control, Wrong, as_written, carrying_out, filled, lines
from helpdesk_http.web.guarded import address_behind, form_of, guarded, place_in
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.controls import ACTIVE, DESCRIPTION, NAME
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

ROOM: Final = f"{HOME}/webhooks"
CONTROLS: Final = (
    NAME,
    Control(name="url", label=_("Address"), kind="url", hint=_("Called over https."), required=True),
    Control(
        name="events",
        label=_("Events"),
        kind="textarea",
        hint=_("One a line, such as ticket.created or conversation.*; a star: all."),
        reads=lines,
    ),
    DESCRIPTION,
    ACTIVE,
)
BLANK: Final[Mapping[str, Any]] = {"events": "*", "active": True}
ON_A_PAGE: Final = 25


@frozen
class _Seen:
    endpoint: WebhookEndpoint
    found: Slice[WebhookDelivery]


def webhook_routes() -> list[BaseRoute]:
    one = f"{ROOM}/{{endpoint_id:uuid}}"
    gets = {ROOM: endpoints_page, f"{ROOM}/new": new_endpoint_page, one: endpoint_page}
    posts = {
        f"{ROOM}/new": add_endpoint,
        one: change_endpoint,
        f"{one}/remove": remove_endpoint,
        f"{one}/rotate": rotate_secret,
        f"{one}/test": test_call,
        f"{one}/deliveries/{{delivery_id:uuid}}/again": deliver_again,
    }
    return [
        *(Route(path, guarded(page, Role.ADMIN)) for path, page in gets.items()),
        *(Route(path, guarded(page, Role.ADMIN), methods=["POST"]) for path, page in posts.items()),
    ]


async def endpoints_page(request: Request, who: Caller) -> Response:
    found = await desk_of(request).store().read(lambda view: view.webhook_endpoints.of(who.organization_id))
    return await settings_page("settings/webhooks.html", request, who, endpoints=found)


async def new_endpoint_page(request: Request, who: Caller) -> Response:
    return await _form(request, who, BLANK, {})


async def add_endpoint(request: Request, who: Caller) -> Response:
    """The secret that signs is shown this once, on the page that follows."""
    form = await form_of(request, 100_000)
    try:
        with carrying_out(CONTROLS):
            body = filled(api.NewWebhookEndpoint, CONTROLS, form)
            added = (await api.create_webhook_endpoint(desk_of(request), who, body)).value
    except Wrong as wrong:
        return await _form(request, who, as_written(form, CONTROLS), wrong.errors)
    return await settings_page(
        "settings/webhook_secret.html", request, who, name=added.name, id=added.id, secret=added.secret
    )


async def endpoint_page(request: Request, who: Caller) -> Response:
    return await _shown(request, who, None, {})


async def change_endpoint(request: Request, who: Caller) -> Response:
    form = await form_of(request, 100_000)
    endpoint_id, verbs = _id(request), desk_of(request).arrange_webhook_endpoints()
    try:
        with carrying_out(CONTROLS):
            values = given(filled(api.WebhookEndpointPatch, CONTROLS, form))
            await verbs.change(who.organization_id, endpoint_id, who.actor, values)
    except Wrong as wrong:
        return await _shown(request, who, as_written(form, CONTROLS), wrong.errors)
    return RedirectResponse(f"{ROOM}/{endpoint_id}?done=saved", 303)


async def remove_endpoint(request: Request, who: Caller) -> Response:
    verbs = desk_of(request).arrange_webhook_endpoints()
    await verbs.remove(who.organization_id, _id(request), who.actor)
    return RedirectResponse(f"{ROOM}?done=removed", 303)


async def rotate_secret(request: Request, who: Caller) -> Response:
    changed = await api.rotate_webhook_secret(desk_of(request), who, _id(request), None)
    return await settings_page(
        "settings/webhook_secret.html", request, who, name=changed.name, id=changed.id, secret=changed.secret
    )


async def test_call(request: Request, who: Caller) -> Response:
    await api.test_webhook_endpoint(desk_of(request), who, _id(request))
    return RedirectResponse(f"{ROOM}/{_id(request)}?done=started", 303)


async def deliver_again(request: Request, who: Caller) -> Response:
    delivery_id = DeliveryId(request.path_params["delivery_id"])
    await deliveries.redeliver_webhook(desk_of(request), who, delivery_id)
    return RedirectResponse(f"{ROOM}/{_id(request)}?done=started", 303)


async def _form(
    request: Request, who: Caller, values: Mapping[str, Any], errors: Mapping[str, str]
) -> Response:
    return await settings_page(
        "settings/webhook.html",
        request,
        who,
        422 if errors else 200,
        endpoint=None,
        controls=CONTROLS,
        values=values,
        errors=errors,
    )


async def _shown(
    request: Request, who: Caller, written: Mapping[str, Any] | None, errors: Mapping[str, str]
) -> Response:
    desk, endpoint_id = desk_of(request), WebhookEndpointId(_id(request))
    name = f"deliveries-page:{endpoint_id}"
    page = place_in(desk, name, ON_A_PAGE, request)
    seen = await desk.store().read(partial(_seen, who.organization_id, endpoint_id, page))
    return await settings_page(
        "settings/webhook.html",
        request,
        who,
        422 if errors else 200,
        endpoint=seen.endpoint,
        controls=CONTROLS,
        values=written or _values(seen.endpoint),
        errors=errors,
        deliveries=[deliveries.in_line(one) for one in seen.found.items],
        older=address_behind(desk, name, seen.found.next, f"{ROOM}/{endpoint_id}"),
    )


async def _seen(
    organization_id: OrganizationId, endpoint_id: WebhookEndpointId, page: Page, view: View
) -> _Seen:
    endpoint = await existing_endpoint(organization_id, endpoint_id, view)
    found = await view.deliveries.page(organization_id, DeliveryFilter(endpoint_id), page)
    return _Seen(endpoint, found)


def _values(endpoint: WebhookEndpoint) -> Mapping[str, Any]:
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "events": "\n".join(endpoint.events),
        "description": endpoint.description,
        "active": endpoint.active,
    }


def _id(request: Request) -> UUID:
    endpoint_id: UUID = request.path_params["endpoint_id"]
    return endpoint_id
