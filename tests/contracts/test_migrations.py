"""Migrations: they make the tables that the rows say, on both databases, and start-up does without them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from helpdesk_adapters.storage.sql import migrations
from helpdesk_adapters.storage.sql.migrate import is_current, migrate
from helpdesk_adapters.storage.sql.revision import HEAD, MigrationsDue
from helpdesk_adapters.storage.sql.rows import METADATA
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_adapters.storage.sql.sqlite_connection import connect
from helpdesk_core.errors import StoreUnavailable
from tests.contracts.postgres_server import empty_database


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database: of SQLite not even the folder exists."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/data/desk.sqlite3"
    else:
        with empty_database() as url:
            yield url


def test_an_empty_database_is_not_current_until_it_is_migrated(url: str) -> None:
    assert not is_current(url)
    migrate(url)
    assert is_current(url)
    migrate(url)
    assert is_current(url)


def test_rows_and_migrations_agree(url: str) -> None:
    migrate(url)
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    engine.dialect.ischema_names["vector"] = sa.LargeBinary  # type: ignore[attr-defined]  # pgvector's
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": _is_a_row_s}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
    engine.dispose()


def _is_a_row_s(name: str | None, kind: str, _: Any) -> bool:
    """Whether a row class has to know of it; the full-text index is the database's own affair."""
    tables = ("ticket_words", "conversation_words", "article_words", "passage_words")
    words = (*tables, *(f"ix_{table}" for table in tables))
    return not ((name or "").startswith(words) or (kind == "column" and name == "words"))


def test_the_newest_migration_is_the_one_that_start_up_expects() -> None:
    folder = Path(str(migrations.__file__)).parent
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_processes_that_migrate_at_once_wait_for_each_other(url: str) -> None:
    failures: list[Exception] = []

    def run() -> None:
        try:
            migrate(url)
        except Exception as error:  # noqa: BLE001  it is what the test is about
            failures.append(error)

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert is_current(url)


def test_a_store_whose_migrations_are_due_does_not_open(tmp_path: Path) -> None:
    async def opening(path: Path) -> None:
        await SqliteStore(str(path)).open()

    path = tmp_path / "desk.sqlite3"
    with pytest.raises(MigrationsDue, match=r"is empty and version .* is needed: run `helpdesk db upgrade`"):
        anyio.run(opening, path)
    migrate(str(path))
    with closing(connect(path, cache_kib=100)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(MigrationsDue, match="is at version 0000"):
        anyio.run(opening, path)
    assert not is_current(str(path))


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite3"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreUnavailable, match="file is not a database"):
        is_current(str(path))


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="memory store"):
        migrate("sqlite://")


def test_start_up_imports_no_migration_tool_and_no_other_driver() -> None:
    check = (
        "import sys; import helpdesk_adapters.storage.sql.sqlite, helpdesk_adapters.storage.sql.migrate;"
        "print([name for name in ('alembic', 'psycopg', 'sqlalchemy.ext.asyncio') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
