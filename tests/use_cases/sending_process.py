"""A process that sends the answers of a desk in a folder: `sending_process.py FOLDER SMTP_URL LEASES`.

It answers a ticket of its own making where the folder is empty. It says `sent` when a sending was recorded, and waits
to be killed before it settles the job. It takes jobs as if so many leases had passed: a killed worker's are
anybody's then.
"""

import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio

from helpdesk_adapters.container import Container
from helpdesk_adapters.ids import system_clock
from helpdesk_adapters.settings import Settings
from helpdesk_core.conversations import Kind
from helpdesk_core.ids import ConversationId
from helpdesk_core.jobs import LEASE
from helpdesk_core.richtext import document_from_text
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.use_cases.tickets.post_conversation import Draft, agent_author
from helpdesk_core.users import Actor

NOOR = Actor("user", None, "Noor")


def desk_in(folder: str, smtp_url: str) -> Container:
    settings = Settings(data_dir=Path(folder), secret_key=("a key for tests",), smtp_url=smtp_url)
    return Container(settings=settings)


async def answer_a_ticket(desk: Container) -> None:
    organization = await desk.create_organization()("acme", "Acme")
    opening = Opening(subject="The kettle leaks", channel=Channel.API)
    requester = Requester(email="ida@garden.example")
    ticket = await desk.open_ticket()(organization.id, NOOR, opening, requester, "It drips.")
    draft = Draft(content=document_from_text("Here is a new one."), author=agent_author(NOOR))
    await desk.post_conversation()(organization.id, ticket.id, NOOR, Kind.REPLY, draft)


async def main(folder: str, smtp_url: str, leases: str) -> None:
    desk = desk_in(folder, smtp_url)
    desk.migrations().upgrade()
    async with desk.desk().opened():
        if await desk.store().read(lambda view: view.organizations.by_slug("acme")) is None:
            await answer_a_ticket(desk)
        store: Any = desk.database()
        for job in await store.job_table.claim("sending", 10, system_clock() + int(leases) * LEASE):
            if job.kind == "send_reply":
                assert job.organization_id is not None
                conversation_id = ConversationId(UUID(job.payload["conversation_id"]))
                await desk.send_reply()(job.organization_id, conversation_id, job.id, job.attempts)
                sys.stdout.write("sent\n")
                sys.stdout.flush()
                await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], sys.argv[2], sys.argv[3])
