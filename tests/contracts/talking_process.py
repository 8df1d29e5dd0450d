"""Another process that hears messages: `python -m tests.contracts.talking_process URL ORGANIZATION NAME ROUNDS`.

It says `ready`, waits for a line, and hears one message of each of so many numbers; `done` is its last word.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from helpdesk_adapters.ids import new_id, system_clock
from helpdesk_adapters.storage.sql.postgres import PostgresStore
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_core.commands import HearMessage
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.messages import Message
from helpdesk_core.ports.store import Work
from helpdesk_core.use_cases.messaging.hear_message import hear_message
from helpdesk_core.users import DESK
from tests.contracts.builders import an_organization
from tests.use_cases.talk import Talk, said

AT_ONCE = 4
"""Numbers that one process hears at a time."""


@asynccontextmanager
async def opened_at(url: str) -> AsyncIterator[SqliteStore | PostgresStore]:
    store: SqliteStore | PostgresStore = SqliteStore(url) if url.startswith("sqlite") else PostgresStore(url)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def number(place: int) -> str:
    return f"+1415555{place:04d}"


def message_of(name: str, place: int) -> Message:
    """What the process of that name hears of that number."""
    minute = {"one": 1, "other": 2}[name]
    return said(f"{name}-{place}", number(place), minute)


async def hear(talk: Talk, message: Message) -> None:
    async def unit(work: Work) -> None:
        await hear_message(HearMessage(message), work, Occasion(system_clock(), new_id, DESK))

    await talk.store.transact(unit)


async def main(url: str, organization: str, name: str, rounds: int) -> None:
    async with opened_at(url) as store:
        talk = Talk(store, organization=an_organization(id=OrganizationId(UUID(organization))))
        _say("ready")
        await asyncio.to_thread(sys.stdin.readline)
        for begin in range(0, rounds, AT_ONCE):
            async with asyncio.TaskGroup() as tasks:
                for place in range(begin, min(begin + AT_ONCE, rounds)):
                    tasks.create_task(hear(talk, message_of(name, place)))
            _say(f"{begin}")
        _say("done")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    url, organization, name, rounds = sys.argv[1:]
    asyncio.run(main(url, organization, name, int(rounds)))
