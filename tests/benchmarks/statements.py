"""Counting the statements that a request makes to the store."""

import re
from collections.abc import Awaitable, Callable

import httpx2

from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.sqlite import SqliteStore

# Of the database's own: its transactions, and what its full-text index does inside one statement.
NOT_OURS = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|--|SELECT k, v FROM")

Ask = Callable[[], Awaitable[httpx2.Response]]


async def watch_statements(store: SqliteStore) -> list[str]:
    """A list to which every statement is appended from now on."""
    ran: list[str] = []

    async def watch(db: Connection) -> None:
        db.raw.set_trace_callback(ran.append)  # type: ignore[attr-defined]

    await store.change(watch)
    await store.look(watch)
    return ran


async def count_statements(ask: Ask, ran: list[str]) -> int:
    """How many of the desk's own statements a request makes."""
    ran.clear()
    await answered(ask)
    return sum(NOT_OURS.match(statement.strip()) is None for statement in ran)


async def answered(ask: Ask) -> None:
    """Asks, and sees to it that all was well."""
    answer = await ask()
    assert answer.is_success, answer.text
