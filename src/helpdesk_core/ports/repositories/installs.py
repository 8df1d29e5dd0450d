"""Accounts that somebody is about to connect."""

from datetime import datetime
from typing import Protocol

from helpdesk_core.installs import Install


class Installs(Protocol):
    async def add(self, install: Install) -> None: ...

    async def take(self, state_hash: str) -> Install | None:
        """The install, which is gone then: only one caller ever gets it."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes up to `limit` that expired before a time; how many there were."""
        ...
