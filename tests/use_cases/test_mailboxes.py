"""Mailboxes are fetched from: each message once, whatever the server does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from dependency_injector import providers

from helpdesk_adapters.email.imap.passes import NotInstalled
from helpdesk_adapters.email.imap.session import ImapMailboxes
from helpdesk_core.use_cases.mail.sync_mailbox import LEASE, Synced
from tests.fakes.dovecot import dovecot
from tests.fakes.imap_server import Server, imap_server
from tests.fakes.scripted_imap import Scripted, scripted_imap
from tests.use_cases.conftest import Bench
from tests.use_cases.mailboxes import ADDRESS, a_message, connect, integration, subjects, sync

FOLDER = "Käse & Brot/日本"


@pytest.fixture
def anyio_backend() -> str:
    """aioimaplib knows no other."""
    return "asyncio"


@pytest.fixture(scope="module", params=[imap_server, dovecot], ids=["pymap", "dovecot"])
def running(request: pytest.FixtureRequest) -> Iterator[Server]:
    with request.param() as server:
        server.create("Trash")
        yield server


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """With a folder of its own, empty."""
    running.create('"K&AOQ-se &- Brot/&ZeVnLA-"')
    yield running
    running.delete('"K&AOQ-se &- Brot/&ZeVnLA-"')


def deliver(server: Server, *messages: bytes, at: datetime | None = None) -> None:
    server.deliver(*messages, folder='"K&AOQ-se &- Brot/&ZeVnLA-"', at=at)


async def test_new_mail_is_fetched_once_whatever_its_flags_say(bench: Bench, server: Server) -> None:
    """Whoever reads the mailbox in another program must not hide its mail from the desk."""
    await connect(bench, server.settings(folder=FOLDER))
    assert await sync(bench) == Synced(ADDRESS)
    deliver(server, a_message(1), a_message(2, id=False))
    with server.logged_in() as client:
        client.select('"K&AOQ-se &- Brot/&ZeVnLA-"')
        client.store("1", "+FLAGS", "(\\Seen)")
    assert await sync(bench) == Synced(ADDRESS, fetched=2, created=2)
    assert await sync(bench) == Synced(ADDRESS)
    assert await subjects(bench) == ["Kettle 1", "Kettle 2"]
    with server.logged_in() as client:
        client.select('"K&AOQ-se &- Brot/&ZeVnLA-"', readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"2"]


@pytest.mark.parametrize(
    ("since", "wanted"),
    [
        ("", ["Kettle 2", "Kettle 3"]),
        ("now", ["Kettle 3"]),
        ("2026-01-02", ["Kettle 1", "Kettle 2", "Kettle 3"]),
    ],
    ids=["a day back", "now", "a date"],
)
async def test_the_first_pass_begins_where_it_is_told(
    bench: Bench, server: Server, since: str, wanted: list[str]
) -> None:
    deliver(server, a_message(0), at=datetime(2025, 12, 30, tzinfo=UTC))
    deliver(server, a_message(1), at=datetime(2026, 1, 2, 9, tzinfo=UTC))
    deliver(server, a_message(2), at=datetime.now(UTC) - timedelta(hours=2))
    await connect(bench, server.settings(folder=FOLDER, **({"since": since} if since else {})))
    deliver(server, a_message(3), at=datetime.now(UTC) + timedelta(seconds=2))
    assert (await sync(bench)).error is None
    assert await subjects(bench) == wanted


async def test_a_mail_that_somebody_moves_into_the_folder_is_fetched_however_old_it_is(
    bench: Bench, server: Server
) -> None:
    await connect(bench, server.settings(folder=FOLDER))
    await sync(bench)
    deliver(server, a_message(1), at=datetime(2020, 1, 1, tzinfo=UTC))
    assert (await sync(bench)).created == 1


async def test_after_a_change_of_uidvalidity_no_mail_comes_twice_and_none_is_missed(
    bench: Bench, server: Server
) -> None:
    """A restored mailbox numbers its messages anew; with flags or bare UIDs they would all be new tickets."""
    await connect(bench, server.settings(folder=FOLDER))
    deliver(server, a_message(1), a_message(2, id=False))
    await sync(bench)
    server.delete('"K&AOQ-se &- Brot/&ZeVnLA-"')
    server.create('"K&AOQ-se &- Brot/&ZeVnLA-"')
    deliver(server, a_message(2, id=False), a_message(3), a_message(1))
    assert await sync(bench) == Synced(ADDRESS, fetched=3, created=1, skipped=2)
    assert await subjects(bench) == ["Kettle 1", "Kettle 2", "Kettle 3"]


async def test_a_folder_that_has_vanished_is_told_and_read_again_when_it_is_back(
    bench: Bench, server: Server
) -> None:
    await connect(bench, server.settings(folder=FOLDER))
    server.delete('"K&AOQ-se &- Brot/&ZeVnLA-"')
    told = (await sync(bench)).error or ""
    assert told.startswith("protocol: EXAMINE: ")
    assert (await integration(bench)).settings["trouble"] == told
    server.create('"K&AOQ-se &- Brot/&ZeVnLA-"')
    deliver(server, a_message(1))
    assert (await sync(bench)).created == 1
    assert "trouble" not in (await integration(bench)).settings


async def test_a_large_message_is_fetched_in_pieces(bench: Bench, server: Server) -> None:
    await connect(bench, server.settings(folder=FOLDER))
    deliver(
        server, a_message(1, size=(1 << 20) - len(a_message(1))), a_message(2, size=5 << 20), a_message(3)
    )
    assert await sync(bench) == Synced(ADDRESS, fetched=3, created=3)


async def test_a_wrong_password_is_told_apart_and_a_new_one_mends_it(bench: Bench, server: Server) -> None:
    await connect(bench, server.settings(folder=FOLDER, password="a guess"))
    assert ((await sync(bench)).error or "").startswith("authentication: ")
    await connect(bench, server.settings(folder=FOLDER))
    assert (await sync(bench)).error is None


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"port": "a lot"}, "setup: port must be a number between 1 and 65535."),
        ({"security": "perhaps"}, "setup: security must be tls, starttls or none."),
        ({"since": "yesterday"}, "setup: since must be now or a date such as 2026-03-01."),
    ],
    ids=["port", "security", "since"],
)
async def test_a_setting_that_cannot_be_used_is_named(
    bench: Bench, server: Server, setting: dict[str, str], told: str
) -> None:
    await connect(bench, server.settings(folder=FOLDER, **setting))
    assert (await sync(bench)).error == told


async def test_tls_is_not_given_up_for_a_server_that_has_none(bench: Bench, server: Server) -> None:
    for security in ("tls", "starttls"):
        await connect(bench, server.settings(folder=FOLDER, security=security))
        assert (await sync(bench)).error
    with server.logged_in() as client:  # no password was sent for it to know
        assert client.noop()[0] == "OK"


async def test_an_address_whose_mail_is_only_pushed_is_left_alone(bench: Bench) -> None:
    await connect(bench, {})
    assert await bench.desk.sync_mailboxes()() == []


async def test_each_organization_can_be_synced_by_itself(bench: Bench, server: Server) -> None:
    await connect(bench, server.settings(folder=FOLDER))
    other = await bench.desk.create_organization()("other", "Other")
    assert await bench.desk.sync_mailboxes()(other.id) == []


async def test_without_the_extra_each_mailbox_says_how_to_install_it(bench: Bench, server: Server) -> None:
    bench.desk.mailboxes.override(providers.Object(NotInstalled()))
    await connect(bench, server.settings(folder=FOLDER))
    assert "pip install 'helpdesk[imap]'" in ((await sync(bench)).error or "")


async def test_while_a_pass_is_at_work_another_leaves_the_mailbox_alone(bench: Bench, server: Server) -> None:
    await connect(bench, server.settings(folder=FOLDER))
    await sync(bench)
    deliver(server, a_message(1))
    name = await _lease(bench)
    until = bench.clock() + LEASE
    await bench.desk.store().transact(lambda work: work.facts.put(name, f"another {until.isoformat()}"))
    assert await sync(bench) == Synced(ADDRESS, error="Another pass is at work on it.")
    bench.clock.pass_(seconds=LEASE.total_seconds())
    assert (await sync(bench)).created == 1


async def _lease(bench: Bench) -> str:
    from hashlib import sha256

    found = await integration(bench)
    folder = f"127.0.0.1/{found.settings['username']}/{found.settings['folder']}"
    return f"mailbox-lease:{found.id}:{sha256(folder.encode()).hexdigest()[:16]}"


@pytest.fixture
def impatient(bench: Bench) -> Bench:
    bench.desk.mailboxes.override(providers.Object(ImapMailboxes(patience=0.5)))
    return bench


async def test_one_poisonous_message_stops_no_other_and_is_given_up_in_the_end(impatient: Bench) -> None:
    """One that makes the server drop the line, and one that it cannot hand out, each among good ones."""
    script = Scripted({uid: a_message(uid) for uid in range(1, 7)}, drops_at={2}, refuses={4})
    async with scripted_imap(script):
        await connect(impatient, script.settings(since="2026-01-01"))
        first = await sync(impatient)
        assert (first.fetched, first.created) == (4, 4)
        passes = [await sync(impatient) for _ in range(5)]
        assert passes[-1].error == "protocol: 2 messages cannot be fetched (UID 2, 4)."
        script.messages[7] = a_message(7)
        assert (await sync(impatient)).created == 1
    assert await subjects(impatient) == [f"Kettle {uid}" for uid in (1, 3, 5, 6, 7)]


async def test_a_message_that_could_not_be_had_at_first_comes_with_a_later_pass(impatient: Bench) -> None:
    script = Scripted({1: a_message(1), 2: a_message(2)}, refuses={1})
    async with scripted_imap(script):
        await connect(impatient, script.settings(since="2026-01-01"))
        assert (await sync(impatient)).created == 1
        script.refuses.clear()
        assert await sync(impatient) == Synced(ADDRESS, fetched=1, created=1)
        assert await sync(impatient) == Synced(ADDRESS)


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
async def test_a_server_that_hangs_is_left_after_a_while(impatient: Bench, command: str) -> None:
    script = Scripted({1: a_message(1)}, silent_at=command)
    async with scripted_imap(script):
        await connect(impatient, script.settings(since="2026-01-01"))
        assert ((await sync(impatient)).error or "").startswith("transient: ")
        script.silent_at = ""
        assert (await sync(impatient)).created == 1


async def test_nobody_at_the_port_is_a_transient_trouble(impatient: Bench) -> None:
    script = Scripted()
    async with scripted_imap(script):
        pass
    await connect(impatient, script.settings())
    assert ((await sync(impatient)).error or "").startswith("transient: ")


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        ("NO [AUTHENTICATIONFAILED] no", "authentication"),
        ("NO [UNAVAILABLE] the directory is away", "transient"),
        ("BAD what", "protocol"),
    ],
)
async def test_what_a_refused_log_in_means_is_told_apart(impatient: Bench, refusal: str, kind: str) -> None:
    async with scripted_imap(Scripted(log_in_refusal=refusal)) as script:
        await connect(impatient, script.settings())
        assert ((await sync(impatient)).error or "").startswith(f"{kind}: ")


async def test_an_access_token_logs_in_and_an_expired_one_is_told(impatient: Bench) -> None:
    async with scripted_imap(Scripted({1: a_message(1)}, token="fresh")) as script:
        await connect(impatient, script.settings(since="2026-01-01", access_token="expired"))
        assert await sync(impatient) == Synced(ADDRESS, error="authentication: AUTHENTICATE failed.")
        await connect(impatient, script.settings())
        assert (await sync(impatient)).created == 1
    assert not [command for command in script.commands if command.startswith("LOGIN")]


async def test_a_mailbox_in_trouble_holds_up_no_other(impatient: Bench) -> None:
    async with (
        scripted_imap(Scripted({1: a_message(1)})) as script,
        scripted_imap(Scripted(silent_at="LOGIN")) as bad,
    ):
        await connect(impatient, bad.settings(), "a@acme.example")
        await connect(impatient, script.settings(since="2026-01-01"))
        done = await impatient.desk.sync_mailboxes()()
    assert [(one.mailbox, one.created, bool(one.error)) for one in done] == [
        ("a@acme.example", 0, True),
        (ADDRESS, 1, False),
    ]
