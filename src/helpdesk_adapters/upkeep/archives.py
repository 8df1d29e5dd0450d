"""What a backup looks like, and whether one can be trusted.

A backup is a gzipped tar archive: `manifest.json`, `helpdesk.sqlite3`, `files/<organization>/<xx>/<digest>` and,
where the desk made its own, `secret-key`, without which nobody could read the credentials in the database. So
whoever has the file has everything, and it is written with mode 0600.
"""

import gzip
import json
import os
import re
import sqlite3
import tarfile
import zlib
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from helpdesk_adapters.secrets.keys import FILE
from helpdesk_core.errors import Refusal

FORMAT: Final = 1
MANIFEST, DATABASE, KEY = "manifest.json", "helpdesk.sqlite3", FILE
ATTACHMENT: Final = re.compile(r"files/[0-9a-f-]{36}/([0-9a-f]{2})/(\1[0-9a-f]{62})")


class NoBackup(Refusal):
    """A backup cannot be made or restored as asked, and nothing has changed."""

    code = "no_backup"


@frozen
class Kept:
    """What a backup holds; `secret_key` is False where the desk's key is a setting, to be kept elsewhere."""

    file: Path
    size: int
    attachments: int
    secret_key: bool


def unpack(file: Path, folder: Path) -> Kept:
    """Copies the members into the folder. Names that no backup has are refused, and so none leads out of it."""
    found: set[str] = set()
    try:
        with gzip.open(file) as raw, tarfile.open(fileobj=raw, mode="r|") as archive:
            for member in archive:
                attachment = ATTACHMENT.fullmatch(member.name)
                known = attachment or member.name in (MANIFEST, DATABASE, KEY)
                if not known or not member.isreg() or member.name in found:
                    raise NoBackup(f"{file.name} is not a backup: it holds {member.name!r}.")
                content = archive.extractfile(member)
                assert content is not None  # a regular file
                digest = _copy(content, folder / member.name)
                if attachment and digest != attachment[2]:
                    raise NoBackup(f"{file.name} is damaged: {member.name} is not what its name says.")
                if member.name == MANIFEST:
                    _check_manifest(file, folder / MANIFEST)
                found.add(member.name)
            while raw.read(1 << 20):  # to the end, where the checksum is
                continue
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        raise NoBackup(f"{file.name} is not a backup, or is damaged: {error}") from error
    if missing := {MANIFEST, DATABASE} - found:
        raise NoBackup(f"{file.name} is not a backup: it lacks {', '.join(sorted(missing))}.")
    (folder / "files").mkdir(exist_ok=True)
    attachments = sum(name.startswith("files/") for name in found)
    return Kept(file, file.stat().st_size, attachments, KEY in found)


def _copy(source: Any, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as copy:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _check_manifest(file: Path, path: Path) -> None:
    from helpdesk_adapters.storage.sql.revision import HEAD

    manifest = json.loads(path.read_bytes())
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NoBackup(f"{file.name} is not a backup that this release can read.")
    if str(manifest.get("schema")) > HEAD:
        raise NoBackup(
            f"{file.name} was made by release {manifest.get('helpdesk')}, which is newer than this one."
        )


def check_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        try:
            (verdict,) = database.execute("PRAGMA quick_check").fetchone()
        except sqlite3.DatabaseError as error:
            verdict = str(error)
    if verdict != "ok":
        raise NoBackup(f"The database in the backup is damaged: {verdict}")
