"""Bringing a database up to date. Imports Alembic, so start-up asks `is_current` first, which does not."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from helpdesk_adapters.storage.sql import pgvector
from helpdesk_adapters.storage.sql.revision import CURRENT, HEAD
from helpdesk_adapters.storage.sql.sqlite_connection import connect, path_of, refusal, version_of

if TYPE_CHECKING:
    from psycopg import Connection as PostgresqlConnection

ONE_AT_A_TIME = 7_413_905_221
"""Key of the advisory lock that keeps two processes from migrating a PostgreSQL database at once."""


def is_current(url: str) -> bool:
    """Whether the database exists and has had every migration. StoreUnavailable where it cannot be asked."""
    if _is_postgresql(url):
        return _postgresql_version(url) == HEAD
    path = path_of(url)
    if not path.exists():
        return False
    try:
        with closing(connect(path, cache_kib=500)) as raw:
            return bool(version_of(raw) == HEAD)
    except sqlite3.Error as error:
        raise refusal(error, path) from error


def migrate(url: str) -> None:
    """Applies every migration that is due: all of them, or none. A SQLite file is made if it is missing.

    Processes that call it at once wait for each other. Safe while a desk of the same version runs.
    """
    if _is_postgresql(url):
        engine = create_engine("postgresql+psycopg://", creator=lambda: _connected(url), poolclass=NullPool)
    else:
        path = path_of(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        connect(path, cache_kib=500, create=True).close()
        engine = create_engine(
            "sqlite://", creator=lambda: connect(path, cache_kib=4_000), poolclass=NullPool
        )
        # SQLAlchemy leaves it to the driver to begin, which we told not to. Nobody else may write meanwhile.
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
        _upgrade(connection)
        if connection.dialect.name == "postgresql":
            pgvector.take_up(connection)
    engine.dispose()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")


def _is_postgresql(url: str) -> bool:
    return url.startswith("postgres")


def _connected(url: str) -> "PostgresqlConnection[tuple[Any, ...]]":
    """A connection of libpq's making, which understands more URLs than SQLAlchemy does."""
    import psycopg

    from helpdesk_adapters.storage.sql.postgres_session import conninfo

    return psycopg.connect(**conninfo(url))


def _postgresql_version(url: str) -> str | None:
    from psycopg.errors import UndefinedTable

    with _connected(url) as connection:
        try:
            row = connection.execute(CURRENT).fetchone()
        except UndefinedTable:
            return None
    return None if row is None else str(row[0])
