"""Webhook endpoints: where an organization wants its events posted to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from attrs import frozen
from starlette.requests import Request

from helpdesk_adapters.container import Container
from helpdesk_core.unset import UNSET, Unset, given
from helpdesk_core.users import Scope
from helpdesk_core.webhook_endpoints import DisabledReason, WebhookEndpoint
from helpdesk_http.arranged import arrangement_operations
from helpdesk_http.fields import About, Many, Number, Text
from helpdesk_http.operations import Operation, Reply, key, operation
from helpdesk_http.routes.events import EventPattern
from helpdesk_http.routes.webhook_deliveries import DeliveryQuery, WebhookDeliveryView, deliveries_of, in_line
from helpdesk_http.values import Description, Title
from helpdesk_http.views import Listed
from helpdesk_http.who import Caller

Url = Annotated[
    str,
    Text(
        min=1,
        max=2000,
        format="uri",
        doc="Called over https, at public addresses only unless the operator allows others.",
        example="https://hooks.parcels.example/helpdesk",
    ),
]
Events = Annotated[
    tuple[EventPattern, ...], Many(min=1, max=100, doc="Which types of events it is told of: all by default.")
]
Secret = Annotated[
    str, About(doc="Signs what is posted. It is shown this once.", example="whsec_c2VjcmV0IG9mIHRoZSBkb2Nz")
]


@frozen(kw_only=True)
class NewWebhookEndpoint:
    """Where events are to be posted to; it is told of what happens from now on."""

    name: Title
    url: Url
    events: Events = ("*",)
    description: Description = ""
    active: bool = True


@frozen(kw_only=True)
class WebhookEndpointPatch:
    """What is to be different. One that is made active again begins with what happens from then on: see redeliver."""

    name: Title | Unset = UNSET
    url: Url | Unset = UNSET
    events: Events | Unset = UNSET
    description: Description | Unset = UNSET
    active: bool | Unset = UNSET


@frozen
class SigningSecretView:
    """A secret that signs, not shown; null: it has no end yet."""

    created_at: datetime
    expires_at: datetime | None


@frozen
class WebhookEndpointView:
    """Where events are posted to."""

    id: UUID
    name: str
    url: str
    events: Sequence[str]
    description: str
    active: bool
    disabled_reason: Annotated[
        DisabledReason | None,
        About(doc="Why the desk disabled it: it answered 410, or failed for five days."),
    ]
    disabled_at: datetime | None
    failing_since: Annotated[datetime | None, About(doc="Null: the last try succeeded.")]
    secrets: Sequence[SigningSecretView]
    created_at: datetime
    updated_at: datetime
    secret: Secret | Unset = UNSET


@frozen(kw_only=True)
class Rotation:
    """How a secret is replaced."""

    overlap_hours: Annotated[
        float, Number(min=0, max=168, doc="How long the old secret signs as well; 0: it ends at once.")
    ] = 24


@frozen(kw_only=True)
class Redelivery:
    """What is to be delivered again: all that was recorded from `since` until `until` (now, where it is not given)."""

    since: datetime
    until: datetime | None = None
    only_undelivered: Annotated[
        bool, About(doc="Leave alone what has arrived: make up only for what failed or was never tried.")
    ] = False


@frozen
class RedeliveryView:
    """Put in line: a job goes through the log."""

    job_id: UUID
    since: datetime
    until: datetime
    only_undelivered: bool


async def create_webhook_endpoint(
    desk: Container, who: Caller, body: NewWebhookEndpoint
) -> Reply[WebhookEndpointView]:
    """Set up a webhook endpoint.

    What is posted is signed as Standard Webhooks says, with the `secret` of this answer, which is shown this once.
    """
    endpoint, secret = await desk.set_up_endpoint()(who.organization_id, who.actor, given(body))
    return Reply(_view(endpoint, secret), headers={"location": f"{PATH}/{endpoint.id}"})


async def rotate_webhook_secret(
    desk: Container, who: Caller, webhook_endpoint_id: UUID, body: Rotation | None
) -> WebhookEndpointView:
    """Replace the signing secret.

    For a day, unless told otherwise, both sign: each request brings a signature of each. The new `secret` is shown
    this once.
    """
    overlap = timedelta(hours=(body or Rotation()).overlap_hours)
    endpoint, secret = await desk.rotate_secret()(
        who.organization_id, webhook_endpoint_id, who.actor, overlap
    )
    return _view(endpoint, secret)


async def test_webhook_endpoint(
    desk: Container, who: Caller, webhook_endpoint_id: UUID
) -> WebhookDeliveryView:
    """Send the endpoint a `webhook.test` event, also where it is disabled.

    The answer is the delivery in line; read it to see how it went.
    """
    return in_line(await desk.test_endpoint()(who.organization_id, webhook_endpoint_id, who.actor))


async def list_webhook_deliveries(
    desk: Container, who: Caller, request: Request, query: DeliveryQuery, webhook_endpoint_id: UUID
) -> Reply[Listed[WebhookDeliveryView]]:
    """List what was delivered to the endpoint and what was not, the newest first."""
    return await deliveries_of(desk, who, request, query, webhook_endpoint_id)


async def redeliver_to_webhook_endpoint(
    desk: Container, who: Caller, webhook_endpoint_id: UUID, body: Redelivery
) -> RedeliveryView:
    """Deliver again what happened within a time.

    Events that the endpoint missed because it was disabled are delivered too, under the ids they have in the feed.
    What is in line already is left alone.
    """
    job = await desk.redeliver_range()(
        who.organization_id,
        webhook_endpoint_id,
        body.since,
        body.until,
        undelivered=body.only_undelivered,
    )
    until = datetime.fromisoformat(job.payload["until"])
    return RedeliveryView(job.id, body.since, until, body.only_undelivered)


def _view(endpoint: WebhookEndpoint, secret: str | Unset = UNSET) -> WebhookEndpointView:
    return WebhookEndpointView(
        id=endpoint.id,
        name=endpoint.name,
        url=endpoint.url,
        events=endpoint.events,
        description=endpoint.description,
        active=endpoint.active,
        disabled_reason=endpoint.disabled_reason,
        disabled_at=endpoint.disabled_at,
        failing_since=endpoint.failing_since,
        secrets=[SigningSecretView(one.created_at, one.expires_at) for one in endpoint.secrets],
        created_at=endpoint.created_at,
        updated_at=endpoint.updated_at,
        secret=secret,
    )


PATH: Final = "/api/v1/webhook-endpoints"
TAG: Final = "Webhook endpoints"
_ONE: Final = PATH + "/{webhook_endpoint_id}"
_ADMIN: Final = key(Scope.ADMIN)

_ARRANGED = arrangement_operations(
    PATH,
    "webhook endpoint",
    tag=TAG,
    shows=WebhookEndpointView,
    takes=NewWebhookEndpoint,
    changes=WebhookEndpointPatch,
    verbs=lambda desk: desk.arrange_webhook_endpoints(),
    reads=lambda view: view.webhook_endpoints,
    view_of=_view,
    reading=Scope.ADMIN,
)

OPERATIONS: tuple[Operation, ...] = (
    *(one for one in _ARRANGED if one.method != "POST"),
    operation(f"POST {PATH}", create_webhook_endpoint, tag=TAG, auth=_ADMIN, status=201, errors=(409,)),
    operation(f"POST {_ONE}/rotate-secret", rotate_webhook_secret, tag=TAG, auth=_ADMIN, errors=(404, 409)),
    operation(f"POST {_ONE}/test", test_webhook_endpoint, tag=TAG, auth=_ADMIN, status=202, errors=(404,)),
    operation(f"GET {_ONE}/deliveries", list_webhook_deliveries, tag=TAG, auth=_ADMIN, errors=(404,)),
    operation(
        f"POST {_ONE}/redeliver",
        redeliver_to_webhook_endpoint,
        tag=TAG,
        auth=_ADMIN,
        status=202,
        errors=(404, 409),
    ),
)
