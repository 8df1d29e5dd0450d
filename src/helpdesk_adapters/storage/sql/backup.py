"""Copies of a SQLite database."""

import sqlite3
from contextlib import closing
from pathlib import Path

from helpdesk_adapters.storage.sql.sqlite_connection import connect, refusal

CACHE = 2_000


def back_up(source: Path, to: Path) -> None:
    """Copies the database as of one moment, while others read and write it. The copy is one file, complete or absent.

    Raises FileExistsError where there is something already, StoreUnavailable where one of the two cannot be used.
    """
    if to.exists():
        raise FileExistsError(f"{to} exists already")
    unfinished = to.with_name(f"{to.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with (
            closing(connect(source, cache_kib=CACHE)) as original,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            original.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        unfinished.unlink(missing_ok=True)
        raise refusal(error) from error
    unfinished.rename(to)
