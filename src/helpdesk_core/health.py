"""How the desk is, as monitors ask for it."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen

SLOW_MS = 1000
"""A check that takes longer than this is degraded."""


class HealthState(StrEnum):
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
    NOT_CONFIGURED = "not_configured"


@frozen
class Check:
    """How one part is; `latency_ms` where it was asked over some distance."""

    status: HealthState
    latency_ms: int | None = None
    detail: str | None = None


def answered(latency_ms: int) -> Check:
    """The check of a part that answered after this long."""
    if latency_ms > SLOW_MS:
        return Check(HealthState.DEGRADED, latency_ms, "Slow response time")
    return Check(HealthState.HEALTHY, latency_ms)


def overall(checks: Mapping[str, Check]) -> HealthState:
    """The whole is as the worst of its parts; what is not configured does not count."""
    states = {check.status for check in checks.values()}
    for state in (HealthState.UNHEALTHY, HealthState.DEGRADED):
        if state in states:
            return state
    return HealthState.HEALTHY
