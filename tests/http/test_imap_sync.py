"""Mailboxes are synced by an outside clock and by command, and a killed pass is taken up again."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from attrs import evolve
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from tests.fakes.dovecot import Dovecot, dovecot
from tests.fakes.imap_server import USER, Server, imap_server
from tests.http.conftest import Office
from tests.http.running import RunningDesk, eventually

PATH = "/api/cron/imap-sync"
SECRET = {"authorization": "Bearer the clock's secret"}
MANY = 500
NOT_YET = "Nobody has looked into it yet; a running desk does within a minute."


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with imap_server() as running:
        yield running


@pytest.fixture(scope="module")
def real_server() -> Iterator[Dovecot]:
    with dovecot() as running:
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


def test_the_command_and_the_doctor_tell_what_is_wrong_with_a_mailbox(tmp_path: Path, server: Server) -> None:
    desk = RunningDesk(tmp_path / "data")
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    for wrong, kind, advice in (
        ({"password": "a guess"}, "authentication", "Renew its password, or its tokens"),
        ({"port": "1"}, "transient", "Nothing, unless it stays"),
        ({"folder": "Nowhere"}, "protocol", "Look at the folder and the server"),
    ):
        given = [
            f"--set={name}={value}" for name, value in server.settings(**{"folder": "INBOX", **wrong}).items()
        ]
        desk.command("integration", "connect", "--org", "acme", "imap", "--external-id", USER, *given)
        (synced,), code = desk.told("imap", "sync", "--org", "acme")
        assert (code, synced["error"].partition(":")[0]) == (1, kind)
        doctor, _ = desk.told("doctor")
        (finding,) = [one for one in doctor["checks"] if one["name"] == f"imap {USER} of acme"]
        assert finding["advice"].startswith(advice)
        assert finding["state"] == ("warning" if kind == "transient" else "problem")


async def test_health_shows_a_mailbox_in_trouble_and_the_desk_stays_in_service(
    acme: Office, other: Office, visitor: httpx2.AsyncClient, server: Server
) -> None:
    """What one organization has to mend must not have a balancer take the desk from the others."""

    async def health() -> tuple[int, str, Any]:
        answer = await visitor.get("/api/health")
        return answer.status_code, answer.json()["status"], answer.json()["checks"].get("mailboxes")

    assert await health() == (200, "healthy", None)
    server.create("Health")
    good, bad = server.settings(folder="Health"), server.settings(folder="Health", password="a guess")
    await acme.desk.connect_integration()(acme.id, "imap", USER, good)
    assert await health() == (200, "healthy", {"status": "healthy", "detail": "1 can be read."})
    for number, settings in enumerate((bad, bad, {**bad, "port": "1"})):
        await other.desk.connect_integration()(other.id, "imap", f"{number}@other.example", settings)
    await acme.desk.sync_mailboxes()()
    told = "3 of 4 cannot be read: authentication 2, transient 1. helpdesk doctor says which."
    assert await health() == (200, "healthy", {"status": "healthy", "detail": told})


def test_a_mail_is_a_ticket_as_soon_as_it_arrives_at_a_running_desk(
    tmp_path: Path, real_server: Dovecot
) -> None:
    """Sooner than the periodic pass comes by: the desk listens."""
    desk = _desk_with(tmp_path, real_server, "Instant")
    told, _ = desk.told("doctor")
    (finding,) = [one for one in told["checks"] if one["name"] == f"imap {USER} of acme"]
    assert (finding["state"], finding["message"]) == ("ok", NOT_YET)
    with desk.serving():
        real_server.deliver(a_message(1), folder="Instant")
        eventually(lambda: _admitted(desk) == 1, 30)
        begun = time.monotonic()
        real_server.deliver(a_message(2), folder="Instant")
        eventually(lambda: _admitted(desk) == 2, 30)
        assert time.monotonic() - begun < 15


PASS = """
import sys
from datetime import UTC, datetime, timedelta
import anyio
from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import read_settings
from dependency_injector import providers

async def main():
    desk = Container(settings=read_settings())
    desk.clock.override(providers.Object(lambda: datetime.now(UTC) + timedelta(minutes=int(sys.argv[1]))))
    async with desk.desk().opened():
        print(await desk.sync_mailboxes()(), flush=True)
        # Not getrusage: that counts what the process was forked from.
        (most,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
        print(most.split()[1], flush=True)

anyio.run(main)
"""


@pytest.mark.timeout(300)  # five passes over a slow server, on a machine that does much else
async def test_a_pass_that_was_killed_in_the_middle_of_500_messages_is_taken_up_and_each_comes_once(
    tmp_path: Path, real_server: Dovecot
) -> None:
    desk = _desk_with(tmp_path, real_server, "Many")
    real_server.deliver(*map(a_message, range(MANY)), folder="Many")

    reached = 0
    for minutes in (0, 2, 4):  # a killed pass is believed to be at work for half a minute
        reached = await _killed_pass(desk, minutes, after=reached + 100)
        assert reached < MANY, "it was done before it could be killed"
    pass_ = _a_pass(desk, 6)
    told, _ = pass_.communicate(timeout=60)
    assert b"error=None" in told
    found = await _tickets_after_all_jobs(desk, 8)
    assert sorted(found) == sorted((f"Kettle {number}", 1) for number in range(MANY))


def test_a_message_of_fifty_megabytes_is_taken_in_within_bounded_memory(
    tmp_path: Path, real_server: Dovecot
) -> None:
    desk = _desk_with(tmp_path, real_server, "Large")
    before = _memory_of_a_pass(desk, b"fetched=0")
    size = 49 << 20
    real_server.deliver(a_message(1) + b"It drips and drips and drips.\r\n" * (size // 31), folder="Large")
    after = _memory_of_a_pass(desk, b"created=1")
    assert after - before < 10 * size >> 10, f"{before} KiB, then {after} KiB"


def _memory_of_a_pass(desk: RunningDesk, told: bytes) -> int:
    """The most that a pass ever held, in KiB."""
    process = _a_pass(desk, 0)
    said, _ = process.communicate(timeout=60)
    assert told in said
    return int(said.split()[-1])


def _desk_with(tmp_path: Path, server: Server, folder: str) -> RunningDesk:
    desk = RunningDesk(tmp_path / "data")
    desk.command("org", "create", "--slug", "acme", "--name", "Acme")
    server.create(folder)
    given = [f"--set={name}={value}" for name, value in server.settings(folder=folder).items()]
    desk.command("integration", "connect", "--org", "acme", "imap", "--external-id", USER, *given)
    return desk


def _a_pass(desk: RunningDesk, minutes: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", PASS, str(minutes)]
    return subprocess.Popen(command, env=desk.environment, cwd=desk.data.parent, stdout=subprocess.PIPE)


async def _killed_pass(desk: RunningDesk, minutes: int, after: int) -> int:
    """A pass that is killed once so many mails have been admitted; how many there are then."""
    process = _a_pass(desk, minutes)
    try:
        while _admitted(desk) < after:
            assert process.poll() is None, "it ended by itself"
            await anyio.sleep(0.01)
    finally:
        process.kill()
        process.communicate()
    return _admitted(desk)


def _admitted(desk: RunningDesk) -> int:
    with closing(sqlite3.connect(desk.data / "helpdesk.sqlite3", timeout=20)) as database:
        (count,) = database.execute("SELECT count(*) FROM webhook_events").fetchone()
    return int(count)


async def _tickets_after_all_jobs(desk: RunningDesk, minutes: int) -> list[tuple[str, int]]:
    """Every ticket by its subject, with how many messages it has."""
    container = Container(settings=Settings(data_dir=desk.data))
    now = datetime.now(UTC) + timedelta(minutes=minutes)
    async with container.desk().opened():
        database: Any = container.database()
        for job in await database.job_table.claim("tests", 2 * MANY, now):
            await container.perform_job()(job)
    with closing(sqlite3.connect(desk.data / "helpdesk.sqlite3")) as database:
        return list(database.execute("SELECT subject, message_count FROM tickets"))
