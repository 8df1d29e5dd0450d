"""Recurring jobs are put in line when they are due, once, however many processes look."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import frozen

from helpdesk_core.ids import JobId, NewId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work


@frozen
class PlanJobs:
    """Puts in line every recurring job whose time has come; `schedule` says how often each kind is done."""

    store: Store
    schedule: Mapping[JobKind, timedelta]
    clock: Clock
    new_id: NewId

    async def __call__(self) -> int:
        """How many jobs were put in line."""
        now = self.clock()

        async def look(view: View) -> bool:
            return any([await self._is_due(kind, now, view) for kind in self.schedule])

        async def plan(work: Work) -> int:
            due = [kind for kind in self.schedule if await self._is_due(kind, now, work)]
            for kind in due:
                await work.facts.put(_fact(kind), now.isoformat())
                await work.jobs.add(Job(JobId(self.new_id()), kind, {}, run_at=now, created_at=now))
            return len(due)

        return await self.store.transact(plan) if await self.store.read(look) else 0

    async def _is_due(self, kind: JobKind, now: datetime, view: View) -> bool:
        last = await view.facts.get(_fact(kind))
        return last is None or now - datetime.fromisoformat(last) >= self.schedule[kind]


def _fact(kind: JobKind) -> str:
    return f"planned:{kind.value}"
