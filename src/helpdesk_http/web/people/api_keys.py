"""The room of the API keys: a new one is shown once."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk_core.errors import InvalidValue
from helpdesk_core.ids import ApiKeyId
from helpdesk_core.users import Role, Scope
from helpdesk_http.web.forms import text
from helpdesk_http.web.guarded import form_of, guarded
from helpdesk_http.web.rendering import desk_of
from helpdesk_http.web.settings.rooms import HOME, settings_page
from helpdesk_http.who import Caller

API_KEYS = f"{HOME}/api-keys"


def api_key_routes() -> list[BaseRoute]:
    return [
        Route(API_KEYS, guarded(keys_page, Role.ADMIN)),
        Route(API_KEYS, guarded(create_key, Role.ADMIN), methods=["POST"]),
        Route(f"{API_KEYS}/{{key_id:uuid}}/revoke", guarded(revoke_key, Role.ADMIN), methods=["POST"]),
    ]


async def keys_page(request: Request, who: Caller) -> Response:
    return await _page(request, who)


async def create_key(request: Request, who: Caller) -> Response:
    """The page that shows the key: the one answer that holds it."""
    form = await form_of(request, 10_000)
    name, scope = text(form, "name")[:200], text(form, "scope")
    scopes = (Scope(scope),) if scope in set(Scope) else (Scope.WRITE,)
    try:
        key, secret = await desk_of(request).create_api_key()(who.organization_id, name, scopes, who.actor)
    except InvalidValue as refusal:
        return await _page(request, who, 422, error=refusal.message)
    return await _page(request, who, made=key, secret=secret)


async def revoke_key(request: Request, who: Caller) -> Response:
    key_id: UUID = request.path_params["key_id"]
    await desk_of(request).revoke_api_key()(who.organization_id, ApiKeyId(key_id), who.actor)
    return RedirectResponse(f"{API_KEYS}?done=revoked", 303)


async def _page(request: Request, who: Caller, status: int = 200, **values: object) -> Response:
    keys = await desk_of(request).store().read(lambda view: view.api_keys.of(who.organization_id))
    newest = sorted(keys, key=lambda key: (key.revoked_at is None, key.created_at), reverse=True)
    shown = {"error": "", "made": None, "secret": "", **values}
    return await settings_page("people/api_keys.html", request, who, status, keys=newest, **shown)
