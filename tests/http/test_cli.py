"""The commands of an operator, as they are typed."""

import sqlite3
import uuid
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container
from helpdesk_adapters.ids import new_id, system_clock
from helpdesk_adapters.settings import Settings
from helpdesk_core.ids import JobId, WebhookEventId
from helpdesk_core.jobs import Job, JobKind, JobState
from helpdesk_core.ports.store import Work
from helpdesk_core.webhooks import EventState, WebhookEvent
from tests.http.commands import Commands, commands


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A desk with the organization acme; the tests of this module share it."""
    made = commands(tmp_path_factory.mktemp("cli"))
    made.json("org", "create", "--slug", "acme", "--name", "Acme Ltd")
    return made


@pytest.fixture
def fresh(desk: Commands, tmp_path: Path) -> Commands:
    """The same in an empty folder."""
    return desk.having(HELPDESK_DATA_DIR=str(tmp_path / "data"))


def is_id(text: str) -> bool:
    return uuid.UUID(text).version == 7 and str(uuid.UUID(text)) == text


def test_the_first_command_makes_the_store(fresh: Commands, tmp_path: Path) -> None:
    made = fresh.json("org", "create", "--slug", "first", "--name", "First Ltd")
    assert is_id(made.pop("id"))
    assert made == {"slug": "first", "name": "First Ltd"}
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert fresh.json("db", "check") == {"current": True}


def test_a_widget_is_created_for_its_domains(desk: Commands) -> None:
    domains = ["--allowed-domain", "Shop.example", "--allowed-domain", "bikes.example"]
    made = desk.json("widget", "create", "--org", "acme", "--name", "Shop", *domains)
    assert is_id(made["id"])
    assert made.keys() == {"id", "apiKey"}
    assert len(made["apiKey"]) >= 22, "128 bits"
    (listed,) = desk.json("widget", "list", "--org", "acme")
    assert (listed["id"], listed["apiKey"]) == (made["id"], made["apiKey"])
    assert listed["allowed_domains"] == ["shop.example", "bikes.example"]


def test_a_user_is_created_with_a_password_from_standard_input(desk: Commands) -> None:
    person = ["--email", "Ada@Acme.example", "--name", "Ada Brandt"]
    made = desk.json(
        "user",
        "create",
        "--org",
        "acme",
        *person,
        "--role",
        "admin",
        "--password",
        "-",
        given="a long secret\n",
    )
    (listed,) = [one for one in desk.json("user", "list", "--org", "acme") if one["id"] == made["id"]]
    assert is_id(made["id"])
    assert listed | {"created_at": ""} == {
        "id": made["id"],
        "organization": "acme",
        "email": "ada@acme.example",
        "name": "Ada Brandt",
        "role": "admin",
        "created_at": "",
        "disabled_at": None,
    }


def test_an_invitation_shows_its_link_only_where_no_mail_is_set_up(desk: Commands) -> None:
    invite = ("user", "invite", "--org", "acme", "--email")
    made = desk.json(*invite, "cleo@acme.example")
    assert made["link"].startswith("http://127.0.0.1:8000/app/invitation?token=")
    assert (made["role"], made["name"]) == ("agent", "")
    mailing = desk.having(SMTP_URL="smtp://mail.example", HELPDESK_PUBLIC_URL="https://desk.example")
    assert mailing.json(*invite, "dot@acme.example")["link"] is None


def test_a_user_may_have_no_organization_and_be_locked_out(desk: Commands) -> None:
    made = desk.json(
        "user", "create", "--email", "bo@nowhere.example", "--name", "Bo", "--password", "12345678"
    )
    assert made["organization"] is None
    changed = desk.json("user", "password", "bo@nowhere.example", "--password", "another one")
    disabled = desk.json("user", "disable", "--email", "bo@nowhere.example")
    (listed,) = [one for one in desk.json("user", "list") if one["email"] == "bo@nowhere.example"]
    assert {made["id"], changed["id"], disabled["id"]} == {listed["id"]}
    assert listed["disabled_at"] == disabled["disabled_at"]


def test_a_key_is_shown_once_kept_as_a_hash_and_revoked(desk: Commands) -> None:
    made = desk.json("apikey", "create", "--org", "acme", "--name", "shop", "--scope", "read")
    assert made.keys() == {"id", "key"}
    with closing(sqlite3.connect(desk.data / "helpdesk.sqlite3")) as store:
        assert made["key"] not in "\n".join(store.iterdump())
    (listed,) = desk.json("apikey", "list", "--org", "acme")
    assert listed.pop("created_at")
    assert listed == {
        "id": made["id"],
        "organization": "acme",
        "name": "shop",
        "scopes": ["read"],
        "hint": made["key"][:7],
        "revoked_at": None,
    }
    revoked = desk.json("apikey", "revoke", made["id"])
    assert [one["revoked_at"] for one in desk.json("apikey", "list")] == [revoked["revoked_at"]]


def test_an_account_is_connected_with_secrets_that_nobody_sees_again(desk: Commands) -> None:
    connect = ["integration", "connect", "--org", "acme", "imap", "--external-id", "Help@Acme.example"]
    first = desk.json(
        *connect, "--set", "host=mail.acme.example", "--set", "password=-", given="hunter2 hunter2"
    )
    again = desk.json(*connect, "--set", "port=993")
    assert again["id"] == first["id"]
    (listed,) = desk.json("integration", "list", "--org", "acme")
    assert listed == again
    shown = {name: listed[name] for name in ("provider", "external_id", "state", "settings", "secrets")}
    assert shown == {
        "provider": "imap",
        "external_id": "help@acme.example",
        "state": "connected",
        "settings": {"host": "mail.acme.example", "port": "993"},
        "secrets": ["password"],
    }
    with closing(sqlite3.connect(desk.data / "helpdesk.sqlite3")) as store:
        assert "hunter2" not in "\n".join(store.iterdump())


def test_an_organization_says_in_which_language_it_reads_and_writes(fresh: Commands) -> None:
    fresh.json("org", "create", "--slug", "first", "--name", "First Ltd")
    changed = fresh.json("org", "language", "--org", "first", "DE")
    (listed,) = fresh.json("org", "list")
    assert (changed["language"], listed["language"]) == ("de", "de")
    code, told = fresh.run("org", "language", "--org", "first", "german").complaint
    assert (code, told) == (2, "helpdesk: language: must be a language by its ISO 639-1 code, such as en")


def test_people_get_a_table_and_where_no_terminal_is_no_colours(desk: Commands) -> None:
    done = desk.run("org", "list")
    (organization,) = desk.json("org", "list")
    assert done.code == 0
    assert organization["id"] in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("org", "create", "--slug", "acme", "--name", "Other"), (1, "helpdesk: The slug acme is in use.")),
        (("user", "list", "--org", "nobody"), (1, "helpdesk: There is no organization nobody.")),
        (
            ("user", "create", "--email", "x@y.example", "--name", "X", "--password", "short"),
            (2, "helpdesk: password: must have 8 to 1024 characters"),
        ),
        (
            ("jobs", "retry", "01a20437-a9f1-7c67-b7a8-b5eb6e3c74a6"),
            (1, "helpdesk: There is no job 01a20437-a9f1-7c67-b7a8-b5eb6e3c74a6."),
        ),
    ],
    ids=["taken", "unknown", "invalid", "no-job"],
)
def test_a_refusal_is_one_line_and_an_exit_code(
    desk: Commands, arguments: tuple[str, ...], complaint: tuple[int, str]
) -> None:
    assert desk.run(*arguments, "--json").complaint == complaint


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        (
            "HELPDESK_PUBLIC_ULR",
            "x",
            "helpdesk: HELPDESK_PUBLIC_ULR is not a setting; did you mean HELPDESK_PUBLIC_URL?",
        ),
        (
            "HELPDESK_EVENT_RETENTION",
            "soon",
            "helpdesk: HELPDESK_EVENT_RETENTION must be a number with s, m, h or d",
        ),
        ("HELPDESK_DATABASE_URL", "sqlite://", "helpdesk: HELPDESK_DATABASE_URL must name a file"),
        (
            "HELPDESK_SECRET_KEY",
            "another key",
            "helpdesk: HELPDESK_SECRET_KEY is not the key this store was written with",
        ),
    ],
)
def test_a_bad_setting_stops_every_command_with_a_line_that_names_it(
    desk: Commands, name: str, value: str, line: str
) -> None:
    code, told = desk.having(**{name: value}).run("org", "list").complaint
    assert code == 2
    assert told.startswith(line)


def test_migrations_that_are_due_are_the_operators_decision(fresh: Commands, tmp_path: Path) -> None:
    assert fresh.run("db", "check").complaint == (1, "helpdesk: migrations are due; run: helpdesk db upgrade")
    assert fresh.json("db", "upgrade") == {"current": True, "upgraded": True}
    assert fresh.json("db", "upgrade") == {"current": True, "upgraded": False}
    with closing(sqlite3.connect(tmp_path / "data" / "helpdesk.sqlite3")) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
        store.commit()
    code, line = fresh.run("org", "list").complaint
    assert code == 1
    assert line.endswith("run `helpdesk db upgrade`.")
    newer = "helpdesk: The database was written by a newer release; install that one."
    assert fresh.run("db", "upgrade").complaint == (1, newer)
    assert fresh.run("serve", "--port", "0").complaint == (1, newer)


def test_events_are_listed_shown_and_replayed(desk: Commands) -> None:
    now = system_clock()
    event = WebhookEvent(
        WebhookEventId(new_id()), "resend", "evt_1", "email.received", '{"to": "ä"}'.encode(), now
    )
    lost = evolve(event, state=EventState.UNMATCHED, attempts=1, error="No organization receives mail at x@y")

    async def keep(work: Work) -> None:
        await work.inbox.admit(event)
        await work.inbox.replace(lost)

    change(desk, keep)
    (listed,) = desk.json("events", "list", "--provider", "resend", "--state", "unmatched")
    assert is_id(listed["id"])
    assert listed.pop("received_at").endswith("Z")
    assert listed == {
        "id": str(event.id),
        "provider": "resend",
        "type": "email.received",
        "external_id": "evt_1",
        "state": "unmatched",
        "attempts": 1,
        "processed_at": None,
        "error": "No organization receives mail at x@y",
    }
    assert desk.json("events", "list", "--state", "dead") == []
    shown = desk.json("events", "show", listed["id"])
    assert shown.items() >= {**listed, "organization_id": None, "body": '{"to": "ä"}'}.items()
    assert '{"to": "ä"}' in desk.run("events", "show", listed["id"]).out
    assert desk.json("events", "replay", listed["id"]) == {"replayed": [listed["id"]]}
    assert desk.json("events", "show", listed["id"])["state"] == "received"
    queued = [job["kind"] for job in desk.json("jobs", "list", "--state", "queued")]
    assert queued.count("perform_event") == 1


def test_dead_jobs_are_listed_and_retried_all_or_none(desk: Commands) -> None:
    now = system_clock()
    job = Job(
        JobId(new_id()), JobKind.SEND_REPLY, {}, now, now, state=JobState.DEAD, attempts=12, error="Gone: 550"
    )
    change(desk, lambda work: work.jobs.add(job))
    (listed,) = desk.json("jobs", "list", "--state", "dead", "--limit", "5")
    assert listed.keys() == {"id", "kind", "state", "attempts", "run_at", "error", "created_at"}
    assert (listed["id"], listed["state"], listed["error"]) == (str(job.id), "dead", "Gone: 550")
    unknown = str(new_id())
    assert desk.run("jobs", "retry", str(job.id), unknown).complaint == (
        1,
        f"helpdesk: There is no job {unknown}.",
    )
    assert desk.json("jobs", "list", "--state", "dead") == [listed]
    assert desk.json("jobs", "retry", str(job.id)) == {"retried": [str(job.id)]}
    assert desk.json("jobs", "list", "--state", "dead") == []


def test_a_list_of_many_pages_is_whole_and_newest_first(desk: Commands) -> None:
    now = system_clock()

    async def keep(work: Work) -> None:
        for number in range(230):
            at = now + timedelta(seconds=number)
            await work.inbox.admit(WebhookEvent(WebhookEventId(new_id()), "many", str(number), "x", b"", at))

    change(desk, keep)
    listed = desk.json("events", "list", "--provider", "many", "--limit", "220")
    assert [int(event["external_id"]) for event in listed] == list(range(229, 9, -1))


def test_what_a_vendor_wrote_cannot_steer_the_terminal(desk: Commands) -> None:
    event = WebhookEvent(
        WebhookEventId(new_id()), "rude", "1", "\x1b[31mred[bold]", b"\x1b]0;title\x07", system_clock()
    )
    change(desk, lambda work: work.inbox.admit(event))
    for shown in (
        desk.run("events", "list", "--provider", "rude"),
        desk.run("events", "show", str(event.id)),
    ):
        assert "\x1b" not in shown.out
        assert "red[bold]" in shown.out


def change(desk: Commands, unit: Callable[[Work], Awaitable[object]]) -> None:
    """Does to the desk's store what no command does."""
    container = Container(settings=Settings(data_dir=desk.data))

    async def opened() -> None:
        async with container.desk().opened():
            await container.store().transact(unit)

    anyio.run(opened)
