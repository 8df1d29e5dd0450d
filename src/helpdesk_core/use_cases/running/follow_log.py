"""Those who react to what happened: each follows the event log at its own pace and misses nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from attrs import frozen

from helpdesk_core.event_log import DomainEvent
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import Store, View, Work

Follower = Callable[[Sequence[DomainEvent], Work], Awaitable[None]]
"""Takes in a run of events of one organization, in order; what it does commits with its place in the log, so each
event takes effect once. It must not refuse: whoever raises is called again with the same events, and falls behind."""

AT_ONCE = 100
"""Events of one run."""


@frozen
class FollowLog:
    """Takes what has happened to the followers, by name."""

    store: Store
    followers: Mapping[str, Follower]

    async def __call__(self) -> int:
        """Takes everything there is to every follower; how many events there were.

        Raises what a follower raises, after all others and all other organizations have been served.
        """
        taken = 0
        failures: list[Exception] = []
        for name, follower in self.followers.items():
            for organization_id in await self.behind(name):
                step = partial(_step, organization_id, name, follower)
                try:
                    while run := await self.store.transact(step):
                        taken += run
                except Exception as error:  # noqa: BLE001  one that is stuck must not hold up the others
                    failures.append(error)
        if failures:
            raise failures[0]
        return taken

    async def behind(self, name: str) -> Sequence[OrganizationId]:
        """The organizations whose log a follower has not caught up with."""

        async def unit(view: View) -> Sequence[OrganizationId]:
            return await view.log_places.behind(name)

        return await self.store.read(unit)


async def _step(organization_id: OrganizationId, name: str, follower: Follower, work: Work) -> int:
    """The step: one run of events is taken in; how many there were."""
    place = await work.log_places.at(organization_id, name)
    found = await work.log.since(organization_id, place, AT_ONCE)
    if not found.events:
        return 0
    await follower(found.events, work)
    await work.log_places.move(organization_id, name, found.events[-1].seq)
    return len(found.events)
