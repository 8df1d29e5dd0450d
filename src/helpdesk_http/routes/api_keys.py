"""API keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import existing
from helpdesk_core.ids import ApiKeyId
from helpdesk_core.users import ApiKey, Scope
from helpdesk_http.cursors import listed, page_of, page_of_few
from helpdesk_http.fields import About, Many
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit, Title
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller


@frozen(kw_only=True)
class NewApiKey:
    """A program's way in; write includes read, admin both."""

    name: Title
    scopes: Annotated[tuple[Scope, ...], Many(min=1, max=3)] = (Scope.WRITE,)


@frozen
class ApiKeyView:
    """A program's way in."""

    id: UUID
    name: str
    scopes: Sequence[Scope]
    hint: Annotated[str, About(doc="How the key begins.")]
    created_at: datetime
    revoked_at: datetime | None


@frozen
class NewApiKeyView:
    """A new key, which is shown this once: only its hash is kept."""

    id: UUID
    name: str
    scopes: Sequence[Scope]
    hint: str
    created_at: datetime
    revoked_at: datetime | None
    key: str


@frozen(kw_only=True)
class ApiKeyQuery:
    limit: Limit = 25
    sort: Literal["created_at", "-created_at"] = "created_at"
    cursor: Cursor | None = None


async def list_api_keys(
    desk: Container, who: Caller, request: Request, query: ApiKeyQuery
) -> Reply[Listed[ApiKeyView]]:
    """List API keys by age, the revoked ones too."""
    page = page_of(desk, "api-keys", query)
    keys = await desk.store().read(lambda view: view.api_keys.of(who.organization_id))
    found = page_of_few(keys, page)
    return listed(desk, request, "api-keys", query, [_view(one) for one in found.items], found.next)


async def create_api_key(desk: Container, who: Caller, body: NewApiKey) -> Reply[NewApiKeyView]:
    """Make an API key.

    Only a key with the scope admin can, so no key makes one that may do more than itself.
    """
    scopes = tuple(dict.fromkeys(body.scopes))
    made, text = await desk.create_api_key()(who.organization_id, body.name, scopes, who.actor)
    shown = NewApiKeyView(
        made.id, made.name, made.scopes, made.hint, made.created_at, made.revoked_at, key=text
    )
    return Reply(shown, headers={"location": f"/api/v1/api-keys/{made.id}"})


async def read_api_key(desk: Container, who: Caller, api_key_id: UUID) -> ApiKeyView:
    """Read an API key, of which only the beginning is known."""
    found = await desk.store().read(lambda view: view.api_keys.get(who.organization_id, ApiKeyId(api_key_id)))
    return _view(existing(found, "API key", api_key_id))


async def revoke_api_key(desk: Container, who: Caller, api_key_id: UUID) -> None:
    """End an API key at once; it may be the one that asks."""
    await desk.revoke_api_key()(who.organization_id, ApiKeyId(api_key_id), who.actor)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/api-keys", list_api_keys, tag="API keys", auth=key(Scope.ADMIN)),
    operation("POST /api/v1/api-keys", create_api_key, tag="API keys", auth=key(Scope.ADMIN), status=201),
    operation(
        "GET /api/v1/api-keys/{api_key_id}",
        read_api_key,
        tag="API keys",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
    operation(
        "DELETE /api/v1/api-keys/{api_key_id}",
        revoke_api_key,
        tag="API keys",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
)


def _view(one: ApiKey) -> ApiKeyView:
    return ApiKeyView(one.id, one.name, one.scopes, one.hint, one.created_at, one.revoked_at)
