"""Backups: whole, private, and put back only when everything in them is in order."""

import json
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import anyio
import pytest
from attrs import evolve

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.upkeep.archives import NoBackup
from helpdesk_core.ids import OrganizationId
from tests.http.commands import Commands, commands

PHOTO = b"bytes of a photo" * 1000


def settings_of(folder: Path) -> Settings:
    return Settings(data_dir=folder)


async def furnish(desk: Container) -> None:
    await desk.migrations().create()
    async with desk.desk().opened():
        organization = await desk.create_organization()("acme", "Acme Ltd")
        await desk.connect_integration()(
            organization.id, "imap", "help@acme.example", {"password": "hunter2"}
        )
        await desk.blobs().put(organization.id, PHOTO)


async def contents(desk: Container) -> dict[str, Any]:
    """What matters of a desk: its organizations, a credential unsealed, a file's bytes."""
    async with desk.desk().opened():
        (organization,) = await desk.store().read(lambda view: view.organizations.all())
        (account,) = await desk.store().read(lambda view: view.integrations.of(organization.id))
        return {
            "organization": organization,
            "password": desk.vault().unseal(account.sealed["password"]),
            "photo": await desk.blobs().get(organization.id, digest_of_photo(desk, organization.id)),
        }


def digest_of_photo(desk: Container, organization: OrganizationId) -> str:
    folder = desk.settings().data_dir / "files" / str(organization)
    return next(path.name for path in folder.glob("*/*"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's data folder, with a credential and a file."""
    made = tmp_path_factory.mktemp("backups") / "data"
    anyio.run(furnish, Container(settings=settings_of(made)))
    return made


@pytest.fixture(scope="module")
def backup(folder: Path) -> Path:
    file = folder.parent / "desk.tar.gz"
    Container(settings=settings_of(folder)).backups().write(file)
    return file


def test_a_restored_desk_is_the_one_that_was_backed_up(folder: Path, backup: Path, tmp_path: Path) -> None:
    other = Container(settings=settings_of(tmp_path / "other"))
    kept = other.backups().restore(backup)
    assert (kept.attachments, kept.secret_key) == (1, True)
    assert anyio.run(contents, other) == anyio.run(contents, Container(settings=settings_of(folder)))
    assert (tmp_path / "other" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in (tmp_path / "other").iterdir()} == {
        "files",
        "helpdesk.sqlite3",
        "secret-key",
    }


def test_only_its_owner_may_read_a_backup_and_it_names_nobody(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    with tarfile.open(backup) as archive:
        members = archive.getmembers()
        manifest = json.load(archive.extractfile("manifest.json") or BytesIO())
    assert {(one.uname, one.gname, one.uid, one.mode) for one in members} == {("", "", 0, 0o600)}
    assert manifest.keys() == {"format", "made_at", "helpdesk", "schema"}


def test_a_backup_overwrites_nothing(folder: Path, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(NoBackup, match="exists already"):
        Container(settings=settings_of(folder)).backups().write(backup)
    assert backup.read_bytes() == before
    assert {path.name for path in backup.parent.iterdir()} == {"data", "desk.tar.gz"}


def test_where_there_is_no_desk_there_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(NoBackup, match="no desk"):
        Container(settings=settings_of(tmp_path / "none")).backups().write(tmp_path / "file.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_is_replaced_by_force_only(backup: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    other = Container(settings=settings_of(data))
    anyio.run(furnish, other)
    theirs = anyio.run(contents, other)
    with pytest.raises(NoBackup, match="--force"):
        other.backups().restore(backup)
    assert anyio.run(contents, Container(settings=settings_of(data))) == theirs
    other.backups().restore(backup, force=True)
    ours = anyio.run(contents, Container(settings=settings_of(data)))
    assert ours["organization"].id != theirs["organization"].id
    assert len(list((data / "files").iterdir())) == 1
    assert {path.name for path in data.iterdir()} == {"files", "helpdesk.sqlite3", "secret-key"}


def test_a_desk_that_runs_is_not_replaced_even_by_force(backup: Path, tmp_path: Path) -> None:
    other = Container(settings=settings_of(tmp_path / "data"))
    anyio.run(furnish, other)

    async def restore_meanwhile() -> None:
        async with other.desk().opened():
            with pytest.raises(NoBackup, match="stop it first"):
                await anyio.to_thread.run_sync(lambda: other.backups().restore(backup, force=True))

    anyio.run(restore_meanwhile)
    assert anyio.run(contents, Container(settings=settings_of(tmp_path / "data")))["password"] == "hunter2"


def test_where_something_cannot_be_moved_everything_stays_as_it_was(backup: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    anyio.run(furnish, Container(settings=settings_of(data)))
    before = anyio.run(contents, Container(settings=settings_of(data)))
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    # The attachments are to go below something that is no folder: the database has been exchanged by then.
    settings = evolve(settings_of(data), storage_url=f"file://{blocked}/files")
    with pytest.raises(OSError, match="file"):
        Container(settings=settings).backups().restore(backup, force=True)
    assert anyio.run(contents, Container(settings=settings_of(data))) == before
    assert {path.name for path in data.iterdir()} == {"files", "helpdesk.sqlite3", "secret-key"}


def test_a_backup_without_the_key_asks_for_it_first(folder: Path, tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "keyless.tar.gz"
    configured = evolve(settings_of(data), secret_key=("a key of the environment",))
    anyio.run(furnish, Container(settings=configured))
    assert not Container(settings=configured).backups().write(file).secret_key
    other = evolve(configured, data_dir=tmp_path / "other")
    with pytest.raises(NoBackup, match="HELPDESK_SECRET_KEY"):
        Container(settings=evolve(other, secret_key=())).backups().restore(file)
    Container(settings=other).backups().restore(file)
    assert anyio.run(contents, Container(settings=other))["password"] == "hunter2"


def renamed(name: str) -> Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]]:
    def change(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if member.name.startswith("files/"):
            member.name = name
        return member, content

    return change


def with_content(
    name: str, content: bytes
) -> Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]]:
    def change(member: tarfile.TarInfo, given: bytes) -> tuple[tarfile.TarInfo, bytes]:
        return (member, content) if member.name.startswith(name) else (member, given)

    return change


def as_link(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    if member.name == "secret-key":
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        return member, b""
    return member, content


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (renamed("../../escaped"), "it holds"),
        (renamed("/escaped"), "it holds"),
        (renamed("files/../../escaped"), "it holds"),
        (renamed("secret-key"), "it holds"),
        (as_link, "it holds"),
        (with_content("files/", b"other bytes"), "not what its name says"),
        (
            with_content("helpdesk.sqlite3", b"SQLite format 3\0 and then nothing of it"),
            "database in the backup is damaged",
        ),
        (with_content("manifest.json", b'{"format": 2}'), "not a backup that this release can read"),
        (
            with_content("manifest.json", b'{"format": 1, "schema": "9999", "helpdesk": "9.1"}'),
            "9.1, which is newer",
        ),
        (with_content("manifest.json", b"["), "not a backup, or is damaged"),
    ],
    ids=["up", "root", "inner-up", "twice", "link", "file", "database", "format", "newer", "json"],
)
def test_a_backup_that_was_tampered_with_changes_nothing(
    backup: Path,
    tmp_path: Path,
    change: Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]],
    reason: str,
) -> None:
    bad = tmp_path / "in" / "bad.tar.gz"
    bad.parent.mkdir()
    with tarfile.open(backup) as good, tarfile.open(bad, "w:gz") as archive:
        for member in good.getmembers():
            given = good.extractfile(member)
            assert given is not None
            changed, content = change(member, given.read())
            changed.size, changed.pax_headers = len(content), {}
            archive.addfile(changed, BytesIO(content))
    with pytest.raises(NoBackup, match=reason):
        Container(settings=settings_of(tmp_path / "deep" / "data")).backups().restore(bad)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [bad]


@pytest.mark.parametrize("length", [0, 10, 500, -1])
def test_half_a_backup_is_none(backup: Path, tmp_path: Path, length: int) -> None:
    half = tmp_path / "half.tar.gz"
    half.write_bytes(backup.read_bytes()[:length])
    with pytest.raises(NoBackup, match=r"half\.tar\.gz is not a backup"):
        Container(settings=settings_of(tmp_path / "data")).backups().restore(half)


def test_a_store_elsewhere_is_backed_up_by_its_own_means(tmp_path: Path) -> None:
    settings = evolve(settings_of(tmp_path), database_url="postgresql://db.example/desk")
    with pytest.raises(NoBackup, match="pg_dump"):
        Container(settings=settings).backups().write(tmp_path / "desk.tar.gz")


@contextmanager
def writing(desk: Commands) -> Iterator[str]:
    """A desk that runs while tickets come in; its API key."""
    desk.json("org", "create", "--slug", "acme", "--name", "Acme Ltd")
    key = desk.json("apikey", "create", "--org", "acme", "--name", "shop")["key"]
    with desk.going("serve", "--port", "0") as going, going.client(key) as client:
        for number in range(20):
            ticket = {"subject": f"Number {number}", "message": "Hello", "customer": {"email": "a@b.example"}}
            assert client.post("/api/v1/tickets", json=ticket).status_code == 201
        yield key
        assert client.get("/api/v1/tickets?limit=1").status_code == 200
        assert going.stop().code == 0


def test_a_backup_by_command_while_the_desk_runs_holds_every_ticket_that_was_answered(tmp_path: Path) -> None:
    desk = commands(tmp_path)
    with writing(desk):
        made = desk.json("backup", "desk.tar.gz")
        assert made.items() >= {"file": "desk.tar.gz", "attachments": 0, "secret_key": True}.items()
        assert desk.run("restore", "desk.tar.gz", "--force").complaint[0] == 1
    other = desk.having(HELPDESK_DATA_DIR=str(tmp_path / "other"))
    assert other.json("restore", "desk.tar.gz") == made
    with closing(sqlite3.connect(tmp_path / "other" / "helpdesk.sqlite3")) as store:
        assert store.execute("SELECT count(*) FROM tickets").fetchone() == (20,)
    assert other.json("apikey", "list") == desk.json("apikey", "list")
    code, line = other.run("restore", "desk.tar.gz").complaint
    assert (code, "--force" in line) == (1, True)
