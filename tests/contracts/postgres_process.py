"""Another process of a PostgreSQL desk: `python -m tests.contracts.postgres_process write|work URL …`."""

import asyncio
import sys
from functools import partial
from uuid import UUID

from helpdesk_adapters.ids import new_id, system_clock
from helpdesk_adapters.jobs.engine import LeasingEngine
from helpdesk_core.customers import Customer
from helpdesk_core.ids import CustomerId, OrganizationId
from helpdesk_core.jobs import Job
from tests.contracts.builders import a_customer, an_organization
from tests.contracts.postgres_desks import open_ticket, opened

TASKS = 16


async def write(url: str, customer: Customer, units: int) -> None:
    """Opens tickets, sixteen at a time."""

    async def task() -> None:
        for _ in range(units):
            await store.transact(partial(open_ticket, customer=customer))

    async with opened(url) as store:
        _say("begun")
        async with asyncio.TaskGroup() as tasks:
            for _ in range(TASKS):
                tasks.create_task(task())


async def work(url: str) -> None:
    """Takes up jobs and never finishes one."""

    async def perform(job: Job) -> None:
        _say(f"{job.id} {job.attempts}")
        await asyncio.Event().wait()

    async with opened(url) as store:
        await LeasingEngine(store.job_table, system_clock, lambda: 0.0, new_id).run(perform)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", url, organization, customer, units]:
            home = an_organization(id=OrganizationId(UUID(organization)))
            asyncio.run(write(url, a_customer(home, id=CustomerId(UUID(customer))), int(units)))
        case ["work", url]:
            asyncio.run(work(url))
