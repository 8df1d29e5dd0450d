"""Mailboxes are watched: what arrives is a ticket at once."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import anyio
import pytest
from dependency_injector import providers

from helpdesk_adapters.email.imap import line, watching
from helpdesk_adapters.email.imap.session import ImapMailboxes
from helpdesk_adapters.email.imap.watching import WatchMailboxes
from helpdesk_core.users import DESK
from tests.fakes.dovecot import dovecot
from tests.fakes.imap_server import Server, imap_server
from tests.fakes.scripted_imap import Scripted, scripted_imap
from tests.use_cases.conftest import Bench
from tests.use_cases.mailboxes import ADDRESS, a_message, connect, integration, subjects, sync


@pytest.fixture
def anyio_backend() -> str:
    """aioimaplib knows no other."""
    return "asyncio"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch, bench: Bench) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(watching, "BETWEEN_PASSES", 0.01)
    monkeypatch.setattr(watching, "FIRST_PAUSE", 0.05)
    bench.desk.mailboxes.override(providers.Object(ImapMailboxes(patience=2)))


@pytest.fixture(params=[imap_server, dovecot], ids=["pymap", "dovecot"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with request.param() as running:
        running.create("Kettles")
        yield running


def a_watcher(bench: Bench) -> WatchMailboxes:
    """As another process of the desk would have it."""
    desk = bench.desk
    return WatchMailboxes(desk.store(), desk.reach_mailbox(), desk.sync_mailbox(), bench.clock, desk.new_id())


@asynccontextmanager
async def watching_with(*watchers: WatchMailboxes) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        for watcher in watchers:
            tasks.start_soon(watcher)
        yield
        tasks.cancel_scope.cancel()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    with anyio.fail_after(15):
        while not await condition():  # noqa: ASYNC110  it asks the store, which rings no bell for it
            await anyio.sleep(0.02)


async def there_are(bench: Bench, *wanted: str) -> None:
    async def all_there() -> bool:
        return await subjects(bench) == list(wanted)

    await until(all_there)


async def idling(*scripts: Scripted, lines: int = 1) -> None:
    async def so_many() -> bool:
        return sum(len(script.idling) for script in scripts) == lines

    await until(so_many)


async def test_mail_is_a_ticket_as_soon_as_it_has_arrived(bench: Bench, server: Server) -> None:
    """Long before the periodic pass comes by; and what was there before anybody watched comes too."""
    await connect(bench, server.settings(folder="Kettles"))
    server.deliver(a_message(1), folder="Kettles")
    async with watching_with(a_watcher(bench)):
        await there_are(bench, "Kettle 1")
        for number in (2, 3):
            begun = time.monotonic()
            await anyio.to_thread.run_sync(partial(server.deliver, a_message(number), folder="Kettles"))
            await there_are(bench, *(f"Kettle {n}" for n in range(1, number + 1)))
            assert time.monotonic() - begun < 5


async def test_a_mailbox_that_is_connected_or_disconnected_meanwhile_is_noticed(bench: Bench) -> None:
    await bench.begin()
    async with scripted_imap(Scripted({1: a_message(1)})) as script, watching_with(a_watcher(bench)):
        assert script.commands == []
        await connect(bench, script.settings(since="2026-01-01"))
        await there_are(bench, "Kettle 1")
        await idling(script)
        known = await integration(bench)
        await bench.desk.disconnect_integration()(known.organization_id, known.id, DESK)
        await idling(script, lines=0)


async def test_another_password_is_used_at_once(bench: Bench) -> None:
    async with scripted_imap(Scripted(log_in_refusal="NO no")) as bad, scripted_imap(Scripted()) as good:
        await connect(bench, bad.settings())
        async with watching_with(a_watcher(bench)):

            async def refused() -> bool:
                return any(command.startswith("LOGIN") for command in bad.commands)

            await until(refused)
            bench.clock.pass_(seconds=1)
            known = await integration(bench)
            await bench.desk.connect_integration()(
                known.organization_id, "imap", ADDRESS, dict(good.settings())
            )
            await idling(good)


async def test_a_log_in_that_is_refused_is_not_tried_every_two_minutes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers lock accounts for that. Whoever watches tries now and then, so that it comes back by itself."""
    monkeypatch.setattr(watching, "LONGEST_PAUSE", 0.2)
    async with scripted_imap(Scripted({1: a_message(1)}, log_in_refusal="NO no")) as script:
        await connect(bench, script.settings(since="2026-01-01"))
        passes = [await bench.desk.sync_mailboxes()(by_schedule=True) for _ in range(2)]
        assert [len(done) for done in passes] == [1, 0]
        refused = len(script.commands)

        async def tried_again() -> bool:
            return len(script.commands) > refused

        async def mended() -> bool:
            return "trouble" not in (await integration(bench)).settings

        async with watching_with(a_watcher(bench)):
            await until(tried_again)
            script.log_in_refusal = None
            await there_are(bench, "Kettle 1")
            await until(mended)
        assert len(await bench.desk.sync_mailboxes()(by_schedule=True)) == 1


async def test_of_two_processes_one_watches_and_the_other_takes_over(bench: Bench) -> None:
    async with scripted_imap(Scripted()) as script:
        await connect(bench, script.settings())
        first, second = a_watcher(bench), a_watcher(bench)
        async with watching_with(second):
            await idling(script)
            async with watching_with(first):
                await anyio.sleep(0.3)
                assert len(script.idling) == 1
        await idling(script, lines=0)
        async with watching_with(first):  # the other has left, so nobody has to wait for its lease to run out
            await idling(script)
        held = f"killed {(bench.clock() + watching.LEASE).isoformat()}"
        await bench.desk.store().transact(lambda work: work.facts.put(watching.LEASE_NAME, held))
        async with watching_with(second):
            await anyio.sleep(0.3)
            assert script.idling == []
            bench.clock.pass_(seconds=watching.LEASE.total_seconds())
            await idling(script)


@pytest.mark.parametrize("silent_at", ["", "IDLE", "DONE"])
async def test_a_line_that_breaks_or_hangs_is_opened_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, silent_at: str
) -> None:
    bench.desk.mailboxes.override(providers.Object(ImapMailboxes(patience=0.3)))
    monkeypatch.setattr(watching, "ASK_AGAIN", 0.1 if silent_at == "DONE" else 60)
    async with scripted_imap(Scripted({1: a_message(1)}, silent_at=silent_at)) as script:
        await connect(bench, script.settings(since="2026-01-01"))
        async with watching_with(a_watcher(bench)):
            await there_are(bench, "Kettle 1")
            if not silent_at:
                await idling(script)
                script.hang_up()
            script.messages[2] = a_message(2)
            await there_are(bench, "Kettle 1", "Kettle 2")


async def test_a_server_that_cannot_tell_is_left_to_the_periodic_pass(bench: Bench) -> None:
    async with scripted_imap(Scripted({1: a_message(1)}, idles=False)) as script:
        await connect(bench, script.settings(since="2026-01-01"))
        async with watching_with(a_watcher(bench)):
            await there_are(bench, "Kettle 1")
            logged_in = len([command for command in script.commands if command.startswith("LOGIN")])
            await anyio.sleep(0.5)
            assert len([command for command in script.commands if command.startswith("LOGIN")]) == logged_in
            script.messages[2] = a_message(2)
            assert (await sync(bench)).created == 1


async def test_idle_is_begun_anew_before_the_server_forgets_the_line(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=watching.ASK_AGAIN) < timedelta(minutes=29)  # RFC 2177
    monkeypatch.setattr(watching, "ASK_AGAIN", 0.05)
    async with scripted_imap(Scripted()) as script:
        await connect(bench, script.settings())
        async with watching_with(a_watcher(bench)):

            async def three_times() -> bool:
                return script.commands.count("DONE") >= 3

            await until(three_times)
    assert len([command for command in script.commands if command.startswith("EXAMINE")]) == 2


@pytest.mark.parametrize("before", [True, False], ids=["before idling", "with done"])
async def test_news_that_is_told_at_the_edge_of_idle_is_not_missed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    monkeypatch.setattr(watching, "ASK_AGAIN", 0.2)
    async with scripted_imap(Scripted({1: a_message(1)})) as script:
        await connect(bench, script.settings(since="2026-01-01"))
        async with watching_with(a_watcher(bench)):
            await idling(script)
            script.messages[2] = a_message(2)
            if before:
                script.said_before_idling = b"* 2 EXISTS\r\n"
            else:
                script.said_with_done = b"* 2 EXISTS\r\n"
            await there_are(bench, "Kettle 1", "Kettle 2")


async def test_thousands_of_lines_at_once_do_not_break_the_line(bench: Bench) -> None:
    """As when somebody empties the folder while the desk listens."""
    async with scripted_imap(Scripted()) as script:
        await connect(bench, script.settings())
        async with watching_with(a_watcher(bench)):
            await idling(script)
            script.messages[1] = a_message(1)
            script.say(b"* 1 EXPUNGE\r\n" * 5000 + b"* 1 EXISTS\r\n")
            await there_are(bench, "Kettle 1")
    assert len([command for command in script.commands if command.startswith("EXAMINE")]) == 3


async def test_a_server_that_never_ends_its_answer_is_left(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within bounded memory: a literal of a terabyte is not waited for either."""
    monkeypatch.setattr(line, "MOST_ANSWERED", 100_000)
    async with scripted_imap(Scripted({1: a_message(1), 2: a_message(2, size=200_000)})) as script:
        await connect(bench, script.settings(since="2026-01-01"))
        done = await sync(bench)
        assert (done.created, done.error) == (
            1,
            "transient: FETCH: the server sent more than 0 MiB in answer.",
        )
