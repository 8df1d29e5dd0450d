"""What the desk remembers about this store itself."""

from sqlalchemy import bindparam, select

from helpdesk_adapters.storage.sql.kept import Repository
from helpdesk_adapters.storage.sql.prepared import Prepared, inserting
from helpdesk_adapters.storage.sql.rows import MetaRow, table

META = table(MetaRow)


class FactReads(Repository):
    _GET = Prepared(select(META.c.value).where(META.c.key == bindparam("name")))

    async def get(self, name: str) -> str | None:
        rows = await self._db.rows(self._GET, {"name": name})
        return rows[0][0] if rows else None


class Facts(FactReads):
    _PUT = Prepared(inserting(META), " ON CONFLICT (key) DO UPDATE SET value = excluded.value")

    async def put(self, name: str, value: str) -> None:
        await self._db.execute(self._PUT, {"key": name, "value": value})
