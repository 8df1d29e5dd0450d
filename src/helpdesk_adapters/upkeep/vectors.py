"""Where the vectors of the knowledge are compared, as the doctor tells it."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar, runtime_checkable

from helpdesk_adapters.storage.sql import pgvector
from helpdesk_adapters.storage.sql.connection import Connection
from helpdesk_adapters.storage.sql.matrices import numpy
from helpdesk_adapters.upkeep.findings import Finding, fine, warning
from helpdesk_core.ports.store import Store

T = TypeVar("T")

NAME = "knowledge"


@runtime_checkable
class Lookable(Protocol):
    """A store that lets one look at its database."""

    async def look(self, unit: Callable[[Connection], Awaitable[T]]) -> T: ...


async def where_vectors_are_compared(store: Store) -> Finding:
    """Of an open store. What is told as a warning still works, but slower or worse."""
    in_database, could_be = await store.look(_asked) if isinstance(store, Lookable) else (False, False)
    if in_database:
        return fine(NAME, "PostgreSQL compares its vectors itself (pgvector).")
    if numpy() is None:
        told = "It is searched by words only, since NumPy is not installed."
        return warning(NAME, told, "Run: pip install 'helpdesk[ai]'")
    if could_be:
        told = "Its vectors are compared in the memory of each process: the database has no pgvector."
        advice = "Install pgvector on its server, then run: helpdesk db upgrade"
        return warning(NAME, told, advice)
    return fine(NAME, "Its vectors are compared in memory (NumPy).")


async def _asked(db: Connection) -> tuple[bool, bool]:
    return await pgvector.is_used(db), db.dialect.name == "postgresql"
