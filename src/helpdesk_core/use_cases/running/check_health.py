"""How is the desk?"""

from collections.abc import Callable, Mapping

from attrs import Factory, frozen

from helpdesk_core.health import Check, HealthState, answered, overall
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.health import Ping, Report

OnFailure = Callable[[str, Exception], None]
"""Is told which part failed, and how."""


@frozen
class CheckHealth:
    """Asks every part in turn; a part without a ping is not configured. Never raises for a part that fails.

    What the failure was is for `on_failure` alone: the answer is public and says only that there was one.
    """

    pings: Mapping[str, Ping | None]
    clock: Clock
    on_failure: OnFailure
    untimed: frozenset[str] = frozenset()
    """Parts of which it says nothing how long they took to answer."""
    reports: Mapping[str, Report] = Factory(dict)
    """Parts that are shown, and do not count: what one tenant has to mend must not take the desk from the others."""

    async def __call__(self) -> tuple[HealthState, Mapping[str, Check]]:
        checks = {name: await self._ask(name, ping) for name, ping in self.pings.items()}
        return overall(checks), {**checks, **await self._reported()}

    async def _reported(self) -> Mapping[str, Check]:
        told: dict[str, Check] = {}
        for name, report in self.reports.items():
            try:
                check = await report()
            except Exception as failure:  # noqa: BLE001  a store that cannot be read is told by its own check
                self.on_failure(name, failure)
                continue
            if check is not None:
                told[name] = check
        return told

    async def _ask(self, name: str, ping: Ping | None) -> Check:
        if ping is None:
            return Check(HealthState.NOT_CONFIGURED)
        begun = self.clock()
        try:
            await ping()
        except Exception as failure:  # noqa: BLE001  a monitor has to hear of whatever goes wrong
            self.on_failure(name, failure)
            return Check(HealthState.UNHEALTHY, detail="The check failed; the log says why.")
        if name in self.untimed:
            return Check(HealthState.HEALTHY)
        return answered(int((self.clock() - begun).total_seconds() * 1000))
