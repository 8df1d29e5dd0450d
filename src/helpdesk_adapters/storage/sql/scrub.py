"""What was removed from a SQLite database must not be readable in its files either.

A deleted row is overwritten with zeros (`secure_delete`), but the full-text index keeps the words of texts that are
gone until its parts are merged (https://sqlite.org/fts5.html §6.8), pages that were copied about may hold old rows, and
the log of writes holds what was written last. So the index is merged bit by bit, the file is written anew where that
takes a moment only, and the log is folded into it and cut to nothing.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from helpdesk_adapters.storage.sql.sqlite_connection import connect, refusal

CACHE = 8_000
PAGES = 500
"""Pages of the index that are merged in one transaction."""

REWRITTEN = 512 << 20
"""Bytes of a file that is written anew, which blocks writers for as long as it takes: two or three seconds. In a larger
one `secure_delete` has to suffice; an operator may run VACUUM at a quiet hour."""

_INDEXES = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5(%'"


def scrub(path: Path) -> None:
    """Raises StoreUnavailable where others kept the database busy; then it is to be tried again."""
    try:
        with closing(connect(path, cache_kib=CACHE)) as raw:
            for (index,) in raw.execute(_INDEXES).fetchall():
                _merge(raw, index)
            if path.stat().st_size <= REWRITTEN:
                raw.execute("VACUUM")
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise sqlite3.OperationalError("the log of writes is being read")
    except sqlite3.Error as error:
        raise refusal(error) from error


def _merge(raw: sqlite3.Connection, index: str) -> None:
    """Makes one part of all parts of the index, in which no word of a deleted text stands any more."""
    step = -PAGES  # a negative number begins a merge of everything, a positive one goes on with it
    while True:
        before = raw.total_changes
        raw.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (step,))
        if raw.total_changes - before < 2:  # as the documentation says how to see that there is no more to do
            return
        step = PAGES
