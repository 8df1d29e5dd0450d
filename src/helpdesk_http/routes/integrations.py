"""Integrations: connected outside accounts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from attrs import Factory, frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue, existing
from helpdesk_core.ids import IntegrationId, OrganizationId
from helpdesk_core.integrations import Integration, IntegrationState, LastEvent
from helpdesk_core.ports.store import View
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Scope
from helpdesk_http.cursors import listed, page_of, page_of_few
from helpdesk_http.fields import About, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.values import Cursor, Limit
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

Provider = Annotated[str, Text(min=1, max=40, doc="A provider's name.", example="resend")]
AccountId = Annotated[
    str,
    Text(
        min=1,
        max=500,
        pattern=r"\S",
        doc="The provider's own name of the account, as its events give it.",
        example="support@parcels.example",
    ),
]
Value = Annotated[str, Text(min=1, max=10_000)]
Values = Annotated[Mapping[str, Value], About(doc="By name; which names there are depends on the provider.")]
Changes = Annotated[
    Mapping[str, Value | None], About(doc="By name; null takes one away, what is not named stays.")
]


@frozen(kw_only=True)
class NewIntegration:
    """An account to be connected. Secrets are sealed before they are kept, and never shown."""

    provider: Provider
    external_id: AccountId
    settings: Values = Factory(dict)
    secrets: Values = Factory(dict)


@frozen(kw_only=True)
class IntegrationPatch:
    settings: Changes | Unset = UNSET
    secrets: Changes | Unset = UNSET


@frozen
class IntegrationView:
    """A connected outside account."""

    id: UUID
    provider: str
    external_id: str
    state: IntegrationState
    settings: Mapping[str, str]
    secrets: Annotated[Sequence[str], About(doc="The names of those that are set.")]
    created_at: datetime
    updated_at: datetime
    last_event_at: Annotated[datetime | None, About(doc="When its newest event was received.")]
    last_event_type: Annotated[str | None, About(doc="What that event was.")]


@frozen(kw_only=True)
class IntegrationQuery:
    provider: Provider | None = None
    state: IntegrationState | None = None
    limit: Limit = 25
    sort: Literal["created_at", "-created_at"] = "created_at"
    cursor: Cursor | None = None


async def list_integrations(
    desk: Container, who: Caller, request: Request, query: IntegrationQuery
) -> Reply[Listed[IntegrationView]]:
    """List connected accounts, the oldest first, the disconnected ones too."""
    page = page_of(desk, "integrations", query)
    accounts, heard = await desk.store().read(partial(_all, who.organization_id))
    wanted = (
        one
        for one in accounts
        if (query.provider is None or one.provider == query.provider)
        and (query.state is None or one.state is query.state)
    )
    found = page_of_few(wanted, page)
    return listed(
        desk, request, "integrations", query, [_view(one, heard) for one in found.items], found.next
    )


async def connect_integration(desk: Container, who: Caller, body: NewIntegration) -> Reply[IntegrationView]:
    """Connect an account.

    Connecting it again changes what is given and keeps the rest; a disconnected one is connected again. Events that
    came before and found no organization wait as `unmatched`.
    """
    if both := sorted(body.settings.keys() & body.secrets.keys()):
        raise InvalidValue(f"secrets.{both[0]}", "is given as a setting too")
    values = {**body.settings, **body.secrets}
    made = await desk.connect_integration()(
        who.organization_id, body.provider, body.external_id, values, who.actor
    )
    view = _view(made, await _heard(desk, who))
    return Reply(view, headers={"location": f"/api/v1/integrations/{made.id}"})


async def read_integration(desk: Container, who: Caller, integration_id: UUID) -> IntegrationView:
    """Read a connected account, without its secrets."""
    found = await desk.store().read(
        lambda view: view.integrations.get(who.organization_id, IntegrationId(integration_id))
    )
    return _view(existing(found, "integration", integration_id), await _heard(desk, who))


async def change_integration(
    desk: Container, who: Caller, integration_id: UUID, body: IntegrationPatch
) -> IntegrationView:
    """Change settings or secrets of a connected account."""
    changed = await desk.change_integration()(
        who.organization_id,
        IntegrationId(integration_id),
        who.actor,
        {} if isinstance(body.settings, Unset) else body.settings,
        {} if isinstance(body.secrets, Unset) else body.secrets,
    )
    return _view(changed, await _heard(desk, who))


async def disconnect_integration(desk: Container, who: Caller, integration_id: UUID) -> None:
    """Disconnect an account.

    Its secrets are removed, and its events belong to nobody until it is connected again; it stays in the list. Where
    its provider can be told, that is done by a job; how it went stands in the setting `revocation`.
    """
    await desk.disconnect_integration()(who.organization_id, IntegrationId(integration_id), who.actor)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/integrations", list_integrations, tag="Integrations", auth=key(Scope.ADMIN)),
    operation(
        "POST /api/v1/integrations",
        connect_integration,
        tag="Integrations",
        auth=key(Scope.ADMIN),
        status=201,
        errors=(409,),
    ),
    operation(
        "GET /api/v1/integrations/{integration_id}",
        read_integration,
        tag="Integrations",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
    operation(
        "PATCH /api/v1/integrations/{integration_id}",
        change_integration,
        tag="Integrations",
        auth=key(Scope.ADMIN),
        errors=(404, 409),
    ),
    operation(
        "DELETE /api/v1/integrations/{integration_id}",
        disconnect_integration,
        tag="Integrations",
        auth=key(Scope.ADMIN),
        errors=(404,),
    ),
)


Heard = Mapping[IntegrationId, LastEvent]


async def _all(organization_id: OrganizationId, view: View) -> tuple[Sequence[Integration], Heard]:
    return await view.integrations.of(organization_id), await view.integrations.heard(organization_id)


async def _heard(desk: Container, who: Caller) -> Heard:
    return await desk.store().read(lambda view: view.integrations.heard(who.organization_id))


def _view(one: Integration, heard: Heard) -> IntegrationView:
    last = heard.get(one.id)
    return IntegrationView(
        id=one.id,
        provider=one.provider,
        external_id=one.external_id,
        state=one.state,
        settings=one.settings,
        secrets=sorted(one.sealed),
        created_at=one.created_at,
        updated_at=one.updated_at,
        last_event_at=last.received_at if last else None,
        last_event_type=last.type if last else None,
    )
