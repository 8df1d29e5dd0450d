"""Mailboxes are synced by an outside clock and by command, and a killed pass is taken up again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from tests.fakes.imap_server import USER, Server, imap_server
from tests.http.conftest import Office
from tests.http.running import RunningDesk

PATH = "/api/cron/imap-sync"
SECRET = {"authorization": "Bearer the clock's secret"}
MANY = 500


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with imap_server() as running:
        yield running


@pytest.fixture
def proving(desk: Container) -> None:
    desk.settings.override(
        providers.Object(evolve(desk.settings(), cron_secret=("another", "the clock's secret")))
    )


def a_message(number: int) -> bytes:
    """Every other one without a Message-ID."""
    id = f"Message-ID: <{number}@garden.example>\r\n" if number % 2 else ""
    head = f"From: p{number}@garden.example\r\nTo: {USER}\r\nSubject: Kettle {number}\r\n"
    return f"{head}{id}\r\nIt drips for the {number}th time.\r\n".encode()


async def test_without_its_secret_the_clock_is_refused_and_told_the_setting(
    visitor: httpx2.AsyncClient,
) -> None:
    answer = await visitor.get(PATH, headers=SECRET)
    assert answer.status_code == 503
    assert "CRON_SECRET" in answer.text


@pytest.mark.usefixtures("proving")
@pytest.mark.parametrize("value", [None, "Bearer", "Bearer a guess", "Basic dGhlIGNsb2NrJ3Mgc2VjcmV0"])
async def test_whoever_is_not_the_clock_is_refused(visitor: httpx2.AsyncClient, value: str | None) -> None:
    answer = await visitor.get(PATH, headers={"authorization": value} if value else {})
    assert answer.status_code == 401


@pytest.mark.usefixtures("proving")
async def test_the_clock_is_told_what_each_mailbox_brought(
    acme: Office, visitor: httpx2.AsyncClient, server: Server
) -> None:
    nothing: dict[str, Any] = {"mailbox": USER, "fetched": 0, "created": 0, "skipped": 0, "error": None}
    assert (await visitor.get(PATH, headers=SECRET)).json() == {"success": True, "mailboxes": []}
    server.create("Clock")
    settings = server.settings(folder="Clock")
    await acme.desk.connect_integration()(acme.id, "imap", USER, settings)
    server.deliver(a_message(1), a_message(1), folder="Clock")
    told = [(await visitor.get(PATH, headers=SECRET)).json() for _ in range(2)]
    assert told == [
        {"success": True, "mailboxes": [{**nothing, "fetched": 2, "created": 1, "skipped": 1}]},
        {"success": True, "mailboxes": [nothing]},
    ]
    (ticket,) = (await acme.client.get("/api/v1/tickets")).json()["data"]
    assert (ticket["subject"], ticket["channel"]) == ("Kettle 1", "email")


async def test_a_pass_that_was_killed_in_the_middle_of_500_messages_is_taken_up_and_each_comes_once(
    tmp_path: Path, server: Server
) -> None:
    desk = RunningDesk(tmp_path / "data")
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    server.create("Many")
    given = [f"--set={name}={value}" for name, value in server.settings(folder="Many").items()]
    desk.command("integration", "connect", "--org", "acme", "imap", "--external-id", USER, *given)
    server.deliver(*map(a_message, range(MANY)), folder="Many")

    for seconds in (2.0, 2.5):
        killed = _killed_pass(desk, seconds)
        assert killed == -signal.SIGKILL, "it was done before it could be killed"
        await _later(desk)
    done = desk.command("imap", "sync", "--org", "acme")
    assert done[0]["error"] is None
    assert 0 < done[0]["fetched"] < MANY
    found = await _later(desk)
    assert sorted(found) == sorted((f"Kettle {number}", 1) for number in range(MANY))


def _killed_pass(desk: RunningDesk, seconds: float) -> int:
    process = subprocess.Popen(
        [sys.executable, "-m", "helpdesk_http.cli", "imap", "sync"],
        env=desk.environment,
        cwd=desk.data.parent,
        stdout=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    return process.wait(20)


async def _later(desk: RunningDesk) -> list[tuple[str, int]]:
    """A minute on: the killed pass's lease has ended, and its jobs are done. The tickets, with their messages."""
    container = Container(settings=Settings(data_dir=desk.data))
    container.clock.override(providers.Object(lambda: datetime.now(UTC) + timedelta(minutes=1)))
    async with container.desk().opened():
        table: Any = container.database().job_table
        for job in await table.claim("tests", 2 * MANY, container.clock()):
            await container.perform_job()(job)
        store = container.store()
        facts = await store.read(lambda view: view.integrations.connected("imap"))
        assert len(facts) == 1
        organization = facts[0].organization_id
        tickets: list[tuple[str, int]] = []
        page: Page | None = Page(100, "created_at")
        while page is not None:
            asked = page
            found = await store.read(lambda view: view.tickets.page(organization, TicketFilter(), asked))
            tickets += [(ticket.subject, ticket.message_count) for ticket in found.items]
            page = evolve(page, after=found.next) if found.next is not None else None
    return tickets
