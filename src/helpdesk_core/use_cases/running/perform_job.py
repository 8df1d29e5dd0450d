"""A job is done."""

from collections.abc import Awaitable, Callable, Mapping

from attrs import frozen

from helpdesk_core.jobs import GiveUp, Job, JobKind

Performer = Callable[[Job], Awaitable[None]]


@frozen
class PerformJob:
    """Hands each job to whoever does its kind; raises whatever that raises, and GiveUp for a kind nobody does."""

    performers: Mapping[JobKind, Performer]

    async def __call__(self, job: Job) -> None:
        performer = self.performers.get(job.kind)
        if performer is None:
            raise GiveUp(f"Nobody here does jobs of the kind {job.kind}.")
        await performer(job)
