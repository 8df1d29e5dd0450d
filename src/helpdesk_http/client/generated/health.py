"""Health.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen
from httpx2 import Response

from helpdesk_core.health import HealthState
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls
from helpdesk_http.fields import camel


@camel
@frozen(kw_only=True)
class CheckView:
    """How one part is."""

    status: HealthState
    latency_ms: int | Unset = UNSET
    """How long it took to answer."""
    detail: str | Unset = UNSET


@camel
@frozen(kw_only=True)
class HealthView:
    """How the desk is; the whole is as the worst of its parts."""

    status: HealthState
    version: str
    uptime: float
    """Seconds since the start."""
    checks: Mapping[str, CheckView]
    timestamp: datetime


@frozen
class Health:
    """Health."""

    _calls: Calls

    async def read(self) -> HealthView:
        """Read how the desk is.

        200 while everything is healthy, 503 when a check is slow or fails.
        """
        answered: HealthView = await self._calls.answer(HealthView, "GET", "/api/health", 503)
        return answered

    async def head(self) -> Response:
        """Tell that the process serves."""
        return await self._calls.response("HEAD", "/api/health")

    async def read_metrics(self) -> Response:
        """Read the desk's figures in Prometheus' text format."""
        return await self._calls.response("GET", "/metrics")
