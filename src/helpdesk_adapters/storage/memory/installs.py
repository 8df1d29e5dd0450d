"""Accounts that somebody is about to connect."""

from datetime import datetime
from itertools import islice

from helpdesk_adapters.storage.memory.tables import Journal, Table
from helpdesk_core.installs import Install


class Installs:
    def __init__(self, journal: Journal) -> None:
        self._rows = Table[str, Install](journal)

    async def add(self, install: Install) -> None:
        self._rows.add(install.state_hash, install)

    async def take(self, state_hash: str) -> Install | None:
        found = self._rows.get(state_hash)
        self._rows.drop(state_hash)
        return found

    async def forget(self, before: datetime, limit: int) -> int:
        old = [row.state_hash for row in self._rows if row.expires_at < before]
        for state_hash in islice(old, limit):
            self._rows.drop(state_hash)
        return len(old[:limit])
