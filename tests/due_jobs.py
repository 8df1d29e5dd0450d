"""Performing whatever jobs are due, without an engine: a test says when."""

from typing import Any

from helpdesk_adapters.container import Container
from helpdesk_adapters.jobs.engine import after_try


async def run_jobs(desk: Container, *, may_fail: bool = False) -> None:
    """Performs due jobs, and those they lead to, until none is due; raises what a job raises, unless it may fail."""
    store: Any = desk.database()
    clock = desk.clock()
    while claimed := await store.job_table.claim("tests", 10, clock()):
        for job in claimed:
            error = None
            try:
                await desk.perform_job()(job)
            except Exception as raised:
                if not may_fail:
                    raise
                error = raised
            await store.job_table.settle("tests", [after_try(job, error, clock(), 0)])
