"""Two processes hear somebody's first messages within milliseconds: one customer, one ticket, two conversations."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any

import anyio
import pytest
from anyio.abc import Process

from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_core.customers import PHONE, Contact
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import CustomerFilter, TicketFilter
from helpdesk_core.ports.store import View
from helpdesk_core.tickets import Status
from tests.contracts.postgres_server import clean_database
from tests.contracts.talking_process import hear, number, opened_at
from tests.use_cases.talk import EVERY, Talk, said

NUMBERS = 48
KILLED = 4


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        path = tmp_path / "desk.sqlite3"
        migrate(f"sqlite:///{path}")
        yield f"sqlite:///{path}"
    else:
        with clean_database() as url:
            yield url


@pytest.mark.timeout(120)
async def test_first_messages_that_come_at_once_make_one_ticket(url: str) -> None:
    async with opened_at(url) as store:
        talk = await Talk(store).begin()
        await both_hear(url, talk)
        assert await what_is_there(talk) == [
            (number(place), [(None, [f"one-{place}", f"other-{place}"])]) for place in range(NUMBERS)
        ]


@pytest.mark.timeout(120)
async def test_a_closed_ticket_is_followed_by_one_new_one_though_two_messages_come_at_once(url: str) -> None:
    async with opened_at(url) as store:
        talk = await Talk(store).begin()
        for place in range(NUMBERS):
            await hear(talk, said(f"first-{place}", number(place), 0))
        firsts = [ticket for ticket, _ in await tickets_of(talk)]
        for ticket in firsts:
            await talk.close(ticket.id)
        await both_hear(url, talk)
        assert await what_is_there(talk) == [
            (
                number(place),
                [(None, [f"first-{place}"]), (firsts[place].id, [f"one-{place}", f"other-{place}"])],
            )
            for place in range(NUMBERS)
        ]


@pytest.mark.timeout(180)
async def test_what_a_killed_process_had_heard_is_there_whole_and_the_rest_once_it_comes_again(
    url: str,
) -> None:
    async with opened_at(url) as store:
        talk = await Talk(store).begin()
        for killed in range(1, KILLED + 1):
            async with listening(url, talk, "one") as one:
                await one.begin()
                await one.line_of(killed * NUMBERS // (KILLED + 2) // 4 * 4)
                one.process.kill()
                await one.process.wait()
            heard = await what_is_there(talk)
            assert all(len(tickets) == 1 and len(tickets[0][1]) == 1 for _, tickets in heard)
        await both_hear(url, talk)
        assert await what_is_there(talk) == [
            (number(place), [(None, [f"one-{place}", f"other-{place}"])]) for place in range(NUMBERS)
        ]


async def both_hear(url: str, talk: Talk) -> None:
    """Two processes hear one message each of every number, side by side, to the end."""
    async with listening(url, talk, "one") as one, listening(url, talk, "other") as other:
        await one.begin()
        await other.begin()
        for listener in (one, other):
            await listener.line_of("done")
            assert await listener.process.wait() == 0


class Listener:
    """A process that hears messages."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._read = b""

    async def begin(self) -> None:
        await self.line_of("ready")
        assert self.process.stdin is not None
        await self.process.stdin.send(b"go\n")

    async def line_of(self, word: object) -> None:
        """Waits until it has said that."""
        assert self.process.stdout is not None
        with anyio.fail_after(60):
            while f"{word}\n".encode() not in self._read:
                self._read += await self.process.stdout.receive()


@asynccontextmanager
async def listening(url: str, talk: Talk, name: str) -> AsyncIterator[Listener]:
    arguments = (url, str(talk.organization.id), name, str(NUMBERS))
    command = [sys.executable, "-m", "tests.contracts.talking_process", *arguments]
    async with await anyio.open_process(command, stdin=PIPE, stdout=PIPE, stderr=None) as process:
        try:
            yield Listener(process)
        finally:
            if process.returncode is None:
                process.kill()


async def tickets_of(talk: Talk) -> list[Any]:
    """All of them, each with its messages, by its customer's number and its own."""

    async def unit(view: View) -> list[Any]:
        page = Page(limit=100, sort="number")
        found = await view.tickets.page(talk.organization.id, TicketFilter(), page)
        customers = {one.id: one for one in await _customers(talk, view)}
        seen = []
        for ticket in found.items:
            messages = await view.conversations.of_ticket(talk.organization.id, ticket.id, EVERY)
            seen.append((customers[ticket.customer_id].phones[0], ticket, messages.items))
        return [(ticket, said) for _, ticket, said in sorted(seen, key=lambda one: (one[0], one[1].number))]

    return await talk.store.read(unit)


async def _customers(talk: Talk, view: View) -> list[Any]:
    page = await view.customers.page(talk.organization.id, CustomerFilter(), Page(100, "created_at"))
    return [*page.items]


async def what_is_there(talk: Talk) -> list[tuple[str, list[tuple[Any, list[str]]]]]:
    """By number the tickets, each with the one that it follows, and its messages in order."""
    tickets = await tickets_of(talk)
    seen: dict[Any, list[tuple[Any, list[str]]]] = {}
    for ticket, messages in tickets:
        ids = [str(one.external_id).rpartition("/")[2] for one in messages]
        seen.setdefault(ticket.customer_id, []).append((ticket.follows_id, ids))
        assert ticket.message_count == len(ids)
        assert (ticket.status is Status.CLOSED) == ids[0].startswith("first")
    customers = await talk.store.read(lambda view: _customers(talk, view))
    assert len({Contact(PHONE, one.phones[0]) for one in customers}) == len(customers)
    return sorted((one.phones[0], seen[one.id]) for one in customers)
