"""Accounts that somebody is about to connect."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from helpdesk_adapters.storage.sql.kept import LIMIT, Kept, Repository
from helpdesk_adapters.storage.sql.prepared import Prepared, Row
from helpdesk_adapters.storage.sql.rows import InstallRow
from helpdesk_core.installs import Install

INSTALL = (
    "state_hash",
    "organization_id",
    "user_id",
    "session_hash",
    "provider",
    "target",
    "expires_at",
)


def to_install(row: Row) -> Install:
    return Install(*row)


def install_row(install: Install) -> dict[str, Any]:
    return {name: getattr(install, name) for name in INSTALL}


INSTALLS = Kept("install", InstallRow, INSTALL, to_install, install_row, key="state_hash")


class Installs(Repository):
    _OLD = (
        select(INSTALLS.c.state_hash)
        .where(INSTALLS.c.expires_at < bindparam("before"))
        .order_by(INSTALLS.c.expires_at)
        .limit(bindparam(LIMIT))
    )
    _FORGET = Prepared(delete(INSTALLS.table).where(INSTALLS.c.state_hash.in_(_OLD)))

    async def add(self, install: Install) -> None:
        await INSTALLS.add(self._db, install, "This install is known already.")

    async def take(self, state_hash: str) -> Install | None:
        found = await INSTALLS.get(self._db, state_hash)
        if found is None or await INSTALLS.remove(self._db, state_hash) == 0:
            return None
        return found

    async def forget(self, before: datetime, limit: int) -> int:
        self._db.marks.seen.clear()
        return await self._db.execute(self._FORGET, {"before": before, LIMIT: limit})
