"""A connection to a SQLite file, and what its errors mean."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import make_url

from helpdesk_adapters.storage.sql.connection import Marks
from helpdesk_adapters.storage.sql.dialects import sqlite_dialect
from helpdesk_adapters.storage.sql.matrices import Matrices
from helpdesk_adapters.storage.sql.prepared import NO_PARAMS, Compiled, Params, Prepared, Row
from helpdesk_adapters.storage.sql.sqlite_words import index_words
from helpdesk_core.errors import AlreadyTaken, Conflict, InvalidValue, StoreUnavailable

PATIENCE = 10.0
"""Seconds to wait for another process's transaction."""

DIALECT = sqlite_dialect()

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",  # what an erasure removes is overwritten
    "PRAGMA synchronous = FULL",  # a commit that has been answered outlives a power cut
    "PRAGMA wal_autocheckpoint = 4000",  # pages: folded into the file every 16 MB, not every 4
    "PRAGMA journal_size_limit = 67108864",
)


def path_of(url: str) -> Path:
    """The file that a path or a `sqlite:///…` URL names. A database in memory has no file and is refused."""
    name = make_url(url).database if url.startswith("sqlite:") else url
    if not name or name == ":memory:":
        raise ValueError("SQLite in memory cannot be shared by threads; use the memory store instead")
    return Path(name)


def connect(
    path: Path, *, cache_kib: int, read_only: bool = False, create: bool = False
) -> sqlite3.Connection:
    """An open connection, for use in any one thread at a time. Raises StoreUnavailable where there is no such file."""
    mode = "rwc" if create else "rw"
    try:
        raw = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode={mode}",
            uri=True,
            timeout=PATIENCE,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=400,
        )
    except sqlite3.Error as error:
        raise refusal(error, path) from error
    try:
        raw.execute("PRAGMA journal_mode = WAL")
        for pragma in _PRAGMAS:
            raw.execute(pragma)
        raw.execute(f"PRAGMA cache_size = -{cache_kib}")
        if read_only:
            raw.execute("PRAGMA query_only = ON")
    except sqlite3.Error as error:
        raw.close()
        raise refusal(error, path) from error
    return raw


class SqliteConnection:
    """A `Connection` of repositories. Nothing in it ever waits, so a unit over it runs through in one go."""

    dialect = DIALECT

    def __init__(self, raw: sqlite3.Connection, matrices: Matrices) -> None:
        self.raw = raw
        self.matrices = matrices
        self.marks = Marks()

    async def rows(self, prepared: Prepared, params: Params = NO_PARAMS) -> list[Row]:
        compiled = prepared.on(DIALECT)
        return compiled.converted(self.run(compiled, params).fetchall())

    async def execute(self, prepared: Prepared, params: Params = NO_PARAMS) -> int:
        return self.run(prepared.on(DIALECT), params).rowcount

    async def send(self, prepared: Prepared, params: Sequence[Params]) -> None:
        compiled = prepared.on(DIALECT)
        try:
            self.raw.executemany(compiled.sql, [compiled.arguments(one) for one in params])
        except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
            raise refusal(error) from error

    async def catch_up(self) -> None:
        index_words(self.raw)

    def run(self, compiled: Compiled, params: Params) -> sqlite3.Cursor:
        try:
            return self.raw.execute(compiled.sql, compiled.arguments(params))
        except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
            raise refusal(error) from error


def refusal(error: Exception, path: Path | None = None) -> Exception:
    """What an error of SQLite means to the desk; one that means a mistake of ours stays what it is."""
    if isinstance(error, UnicodeEncodeError):
        return InvalidValue("", "a text holds half a character (a lone surrogate), which cannot be kept")
    if isinstance(error, OverflowError):
        return InvalidValue("", "a number is too large to be kept")
    name = getattr(error, "sqlite_errorname", "")
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        return AlreadyTaken("Another thing already bears this name.")
    if name == "SQLITE_CONSTRAINT_FOREIGNKEY":
        return Conflict(
            "This belongs to something that does not exist, or something else still belongs to it."
        )
    if name == "SQLITE_TOOBIG":
        return InvalidValue("", "a value is too large to be kept")
    if name.startswith(_UNAVAILABLE):
        where = f" {path}" if path is not None else ""
        return StoreUnavailable(f"The database{where} cannot be used just now: {error} ({name}).")
    return error


_UNAVAILABLE = (
    "SQLITE_BUSY",
    "SQLITE_CANTOPEN",
    "SQLITE_CORRUPT",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_LOCKED",
    "SQLITE_NOMEM",
    "SQLITE_NOTADB",
    "SQLITE_PERM",
    "SQLITE_PROTOCOL",
    "SQLITE_READONLY",
)


def version_of(raw: sqlite3.Connection) -> Any:
    """The migration at which the database is; None: there is nothing in it."""
    from helpdesk_adapters.storage.sql.revision import CURRENT

    known = raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = raw.execute(CURRENT).fetchone() if known else None
    return None if row is None else row[0]
