"""A process that learns what a desk in a folder has written down: `learning_process.py FOLDER LEASES`.

It fills an empty folder with articles and solved tickets, and orders a sync. Then it follows the log and performs jobs
until nothing is left, and says `tick` whenever it looks at the clock, which is in the midst of its units of work, too.
It takes jobs as if so many leases had passed: a killed worker's are anybody's then.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
from attrs import define
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.jobs.engine import after_try
from helpdesk_adapters.settings import Settings
from helpdesk_core.articles import body_from_text
from helpdesk_core.conversations import Kind
from helpdesk_core.jobs import LEASE
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel, Status
from helpdesk_core.use_cases.running.write_articles import ArticleDraft
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.change_ticket import TicketChange
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import Actor
from tests.fakes.embedder import WordEmbedder

NOOR = Actor("user", None, "Noor")
ARTICLES, TICKETS = 35, 60
NOW = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@define
class Clock:
    """A second passes with each look; once `told` is set it stands still, and says that it was looked at."""

    told: bool = False
    now: datetime = NOW

    def __call__(self) -> datetime:
        if self.told:
            sys.stdout.write("tick\n")
            sys.stdout.flush()
        else:
            self.now += timedelta(seconds=1)
        return self.now


def desk_in(folder: Path, clock: Clock) -> Container:
    desk = Container(settings=Settings(data_dir=folder, secret_key=("a key for tests",)))
    desk.clock.override(providers.Object(clock))
    desk.embedder.override(providers.Object(WordEmbedder()))
    return desk


async def furnish(desk: Container) -> None:
    home = (await desk.create_organization()("acme", "Acme")).id
    for number in range(ARTICLES):
        text = "\n\n".join(
            f"Of kettle {number} the part {part} is told here." for part in range(20 * (number % 3) + 1)
        )
        await desk.write_articles().add(
            home, NOOR, ArticleDraft(title=f"Kettle {number}", body=body_from_text(text))
        )
    for number in range(TICKETS):
        opening = Opening(subject=f"It leaks in place {number}", channel=Channel.API)
        requester = Requester(email=f"ida{number}@garden.example", name="Ida Garden")
        ticket = await desk.open_ticket()(
            home, NOOR, opening, requester, f"Ida here: it drips, part {number}."
        )
        draft = Draft(
            content=document_from_text(f"Turn the screw below it {number} times."), author=agent_author(NOOR)
        )
        await desk.post_conversation()(home, ticket.id, NOOR, Kind.REPLY, draft)
        await desk.change_ticket()(home, ticket.id, NOOR, TicketChange(status=Status.RESOLVED))
    await desk.order_sync()(home, NOOR)


async def learn(desk: Container, leases: int) -> None:
    """One step of each by turns, so that the follower and the sync meet."""
    store: Any = desk.database()
    while True:
        followed = await desk.follow_log()()
        claimed = await store.job_table.claim(f"learning-{leases}", 1, LATER + leases * LEASE)
        for job in claimed:
            if job.kind.value in ("sync_knowledge", "embed_passages"):
                await desk.perform_job()(job)
            await store.job_table.settle(f"learning-{leases}", [after_try(job, None, LATER, 0)])
        if not followed and not claimed:
            return


async def main(folder: Path, leases: int) -> None:
    clock = Clock()
    desk = desk_in(folder, clock)
    desk.migrations().upgrade()
    async with desk.desk().opened():
        if await desk.store().read(lambda view: view.organizations.by_slug("acme")) is None:
            await furnish(desk)
        clock.now, clock.told = LATER, True
        await learn(desk, leases)


if __name__ == "__main__":
    anyio.run(main, Path(sys.argv[1]), int(sys.argv[2]))
