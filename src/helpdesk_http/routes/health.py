"""How the desk is: for monitors."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from attrs import frozen
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.health import HealthState
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.fields import About, camel
from helpdesk_http.operations import Operation, Reply, operation


@camel
@frozen(kw_only=True)
class CheckView:
    """How one part is."""

    status: HealthState
    latency_ms: Annotated[int | Unset, About(doc="How long it took to answer.")] = UNSET
    detail: str | Unset = UNSET


@camel
@frozen(kw_only=True)
class HealthView:
    """How the desk is; the whole is as the worst of its parts."""

    status: HealthState
    version: str
    uptime: Annotated[float, About(doc="Seconds since the start.")]
    checks: Mapping[str, CheckView]
    timestamp: datetime


async def read_health(desk: Container) -> Reply[HealthView]:
    """Read how the desk is.

    200 while everything is healthy, 503 when a check is slow or fails.
    """
    status, checks = await desk.check_health()()
    running = desk.desk()
    view = HealthView(
        status=status,
        version=running.version,
        uptime=running.uptime,
        checks={
            name: CheckView(
                status=check.status,
                latency_ms=UNSET if check.latency_ms is None else check.latency_ms,
                detail=UNSET if check.detail is None else check.detail,
            )
            for name, check in checks.items()
        },
        timestamp=desk.clock()(),
    )
    return Reply(view, 200 if status is HealthState.HEALTHY else 503, {"cache-control": "no-store"})


async def head_health(desk: Container) -> Response:
    """Tell that the process serves."""
    return Response(status_code=200)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/health", read_health, tag="Health", also={503: HealthView}),
    operation("HEAD /api/health", head_health, tag="Health"),
)
