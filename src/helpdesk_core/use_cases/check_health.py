"""How is the desk?"""

from collections.abc import Mapping

from attrs import frozen

from helpdesk_core.health import Check, HealthState, answered, overall
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.health import Ping


@frozen
class CheckHealth:
    """Asks every part in turn; a part without a ping is not configured. Never raises for a part that fails."""

    pings: Mapping[str, Ping | None]
    clock: Clock

    async def __call__(self) -> tuple[HealthState, Mapping[str, Check]]:
        checks = {name: await self._ask(ping) for name, ping in self.pings.items()}
        return overall(checks), checks

    async def _ask(self, ping: Ping | None) -> Check:
        if ping is None:
            return Check(HealthState.NOT_CONFIGURED)
        begun = self.clock()
        try:
            await ping()
        except Exception as failure:  # noqa: BLE001  a monitor has to hear of whatever goes wrong
            return Check(HealthState.UNHEALTHY, detail=str(failure) or type(failure).__name__)
        return answered(int((self.clock() - begun).total_seconds() * 1000))
