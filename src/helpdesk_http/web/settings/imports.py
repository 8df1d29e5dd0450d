"""The room for imports: ordering one, seeing how far it has come, and what stood in its way."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.ids import ImportId
from helpdesk_core.imports.progress import ImportState
from helpdesk_core.paging import Page
from helpdesk_core.users import Role
from helpdesk_http.routes import imports as api
from helpdesk_http.web.forms import Control, Wrong, as_written, carrying_out, filled, nullable
from helpdesk_http.web.guarded import form_of, guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

ROOM: Final = f"{HOME}/imports"
ZENDESK: Final = (
    Control(
        name="subdomain",
        label=_("Subdomain"),
        hint=_("The part before .zendesk.com. The account must be connected under Integrations."),
        required=True,
    ),
)
FRESHDESK: Final = (
    Control(name="domain", label=_("Domain"), hint=_("Such as acme.freshdesk.com."), required=True),
    Control(
        name="apiKey",
        label=_("API key"),
        kind="password",
        hint=_("Of an admin there. Nothing: that of the connected account."),
        reads=nullable,
        more={"autocomplete": "off"},
    ),
)
NEWEST: Final = Page(limit=50)


def import_routes() -> list[BaseRoute]:
    one = f"{ROOM}/{{import_id:uuid}}"
    return [
        Route(ROOM, guarded(imports_page, Role.ADMIN)),
        Route(f"{ROOM}/zendesk", guarded(order_zendesk, Role.ADMIN), methods=["POST"]),
        Route(f"{ROOM}/freshdesk", guarded(order_freshdesk, Role.ADMIN), methods=["POST"]),
        Route(one, guarded(import_page, Role.ADMIN)),
        Route(f"{one}/pause", guarded(pause, Role.ADMIN), methods=["POST"]),
    ]


async def imports_page(request: Request, who: Caller) -> Response:
    return await _page(request, who, {}, {})


async def order_zendesk(request: Request, who: Caller) -> Response:
    form = await form_of(request, 20_000)
    try:
        with carrying_out(ZENDESK):
            body = filled(api.ZendeskOrder, ZENDESK, form)
            ordered = await api.import_from_zendesk(desk_of(request), who, body)
    except Wrong as wrong:
        return await _page(request, who, as_written(form, ZENDESK), wrong.errors)
    return RedirectResponse(f"{ROOM}/{ordered.value.import_id}", 303)


async def order_freshdesk(request: Request, who: Caller) -> Response:
    form = await form_of(request, 20_000)
    try:
        with carrying_out(FRESHDESK):
            body = filled(api.FreshdeskOrder, FRESHDESK, form)
            ordered = await api.import_from_freshdesk(desk_of(request), who, body)
    except Wrong as wrong:
        return await _page(request, who, as_written(form, FRESHDESK), wrong.errors)
    return RedirectResponse(f"{ROOM}/{ordered.value.import_id}", 303)


async def import_page(request: Request, who: Caller) -> Response:
    """How far one has come; the page looks again by itself while it runs."""
    desk, import_id = desk_of(request), ImportId(_id(request))
    seen = await api.read_import(desk, who, import_id)
    problems = (await api.list_import_problems(desk, who, import_id)).data
    running = seen.status in (ImportState.QUEUED, ImportState.RUNNING)
    return await settings_page(
        "settings/import.html", request, who, one=seen, problems=problems[:200], running=running
    )


async def pause(request: Request, who: Caller) -> Response:
    await api.pause_import(desk_of(request), who, _id(request))
    return RedirectResponse(f"{ROOM}/{_id(request)}?done=saved", 303)


async def _page(
    request: Request, who: Caller, values: Mapping[str, Any], errors: Mapping[str, str]
) -> Response:
    found = await desk_of(request).store().read(lambda view: view.imports.page(who.organization_id, NEWEST))
    return await settings_page(
        "settings/imports.html",
        request,
        who,
        422 if errors else 200,
        imports=found.items,
        zendesk=ZENDESK,
        freshdesk=FRESHDESK,
        values=values,
        errors=errors,
    )


def _id(request: Request) -> UUID:
    import_id: UUID = request.path_params["import_id"]
    return import_id
