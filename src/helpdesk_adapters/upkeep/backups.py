"""Backups of the embedded store: written while the desk runs, restored only when all of it is in order."""

import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from attrs import frozen

from helpdesk_adapters.settings import BadSetting, Settings
from helpdesk_adapters.upkeep.archives import (
    ATTACHMENT,
    DATABASE,
    FORMAT,
    KEY,
    MANIFEST,
    Kept,
    NoBackup,
    check_database,
    unpack,
)

WRITTEN_BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; a leftover of another database would spoil the restored one."""


@frozen
class Backups:
    """Backups of the desk of these settings."""

    settings: Settings

    def write(self, file: Path) -> Kept:
        """Writes everything to a new file, which appears under its name only once it is whole.

        The desk may run meanwhile: the database is copied as of one moment, and the attachments after it, so that none
        of those it names is missing. Raises NoBackup or OSError.
        """
        from helpdesk_adapters.storage.sql.backup import back_up

        database = self._database()
        if not database.exists():
            raise NoBackup(f"There is no desk at {database} yet.")
        if file.exists():
            raise NoBackup(f"{file} exists already; a backup overwrites nothing.")
        partial = file.with_name(f".{file.name}.unfinished")
        try:
            with TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
                copy = Path(folder) / DATABASE
                back_up(database, copy)
                attachments, has_key = self._archive(partial, copy)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
        return Kept(file, file.stat().st_size, attachments, has_key)

    def restore(self, file: Path, *, force: bool = False) -> Kept:
        """Puts the desk of a backup in the place of this one.

        Everything is unpacked and checked beside it before anything is moved. Refuses to replace what is there unless
        `force`, and in any case a desk that runs. Raises NoBackup or OSError.
        """
        database, data = self._database(), self.settings.data_dir
        targets = {DATABASE: database, "files": self._files(), KEY: data / KEY}
        if not force and any(_occupied(place) for place in (data, *targets.values())):
            raise NoBackup(f"There is something in {data} already; --force replaces it.")
        data.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=data, prefix=".restore-") as folder:
            staged = Path(folder) / "new"
            kept = unpack(file, staged)
            if not kept.secret_key and not self.settings.secret_key:
                raise NoBackup(
                    f"{file.name} holds no secret key; set HELPDESK_SECRET_KEY to the one of that desk, then restore."
                )
            check_database(staged / DATABASE)
            _check_at_rest(database)
            _exchange(staged, targets, Path(folder) / "old")
        return kept

    def _archive(self, partial: Path, database: Path) -> tuple[int, bool]:
        attachments, key = 0, self.settings.data_dir / KEY
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
                _add(archive, MANIFEST, json.dumps(self._manifest(), indent=1).encode())
                archive.add(database, DATABASE, filter=_anonymous)
                if key.exists():
                    archive.add(key, KEY, filter=_anonymous)
                for path, name in _attachments(self._files()):
                    archive.add(path, name, filter=_anonymous)
                    attachments += 1
            raw.flush()
            os.fsync(raw.fileno())
        return attachments, key.exists()

    def _manifest(self) -> dict[str, Any]:
        from helpdesk_adapters.storage.sql.revision import HEAD

        made_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {"format": FORMAT, "made_at": made_at, "helpdesk": version("helpdesk"), "schema": HEAD}

    def _database(self) -> Path:
        from helpdesk_adapters.storage.sql.sqlite_connection import path_of

        if not self.settings.database.startswith("sqlite"):
            raise NoBackup(
                "The database is PostgreSQL: back it up with pg_dump, and with it the attachments and the secret key."
            )
        try:
            return path_of(self.settings.database)
        except ValueError as error:
            raise BadSetting(f"HELPDESK_DATABASE_URL must name a file: {error}") from error

    def _files(self) -> Path:
        url = self.settings.storage_url
        if url is None:
            return self.settings.data_dir / "files"
        if not url.startswith("file://"):
            raise NoBackup("The attachments are in object storage, which has backups of its own.")
        return Path(unquote(urlsplit(url).path))


def _attachments(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.glob("*/*/*")):
        name = f"files/{path.relative_to(folder).as_posix()}"
        if ATTACHMENT.fullmatch(name):  # and not one that is just being written
            yield path, name


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, BytesIO(content))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names and numbers of users of this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _check_at_rest(path: Path) -> None:
    """Refuses while any process has the database open: leaving WAL mode takes it for oneself."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=0.5)) as database:
        try:
            database.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError as error:
            raise NoBackup(f"A desk is running on {path}; stop it first.") from error
        except sqlite3.DatabaseError:
            return  # what is there is no database, and nobody can be using it


def _exchange(staged: Path, targets: dict[str, Path], old: Path) -> None:
    """Moves what is there away and the new into its place; if anything fails, everything back."""
    old.mkdir()
    moved: list[tuple[Path, Path]] = []
    with _undone_on_failure(moved):
        for name, target in targets.items():
            for place in (target, *(target.with_name(target.name + beside) for beside in WRITTEN_BESIDE)):
                if place.exists():
                    _move(place, old / f"{len(moved)}", moved)
            if (staged / name).exists():
                _move(staged / name, target, moved)


@contextmanager
def _undone_on_failure(moved: list[tuple[Path, Path]]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for source, target in reversed(moved):
            shutil.move(target, source)
        raise


def _move(source: Path, target: Path, moved: list[tuple[Path, Path]]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
    moved.append((source, target))


def _occupied(place: Path) -> bool:
    return any(place.iterdir()) if place.is_dir() else place.exists()
