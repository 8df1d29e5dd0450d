"""Places in the event log, and answers that are kept."""

from collections.abc import Sequence
from datetime import datetime

from helpdesk_adapters.storage.memory.events import Log
from helpdesk_adapters.storage.memory.tables import Journal, Table
from helpdesk_core.errors import AlreadyTaken
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import OrganizationId


class LogPlaces:
    def __init__(self, journal: Journal, log: Log) -> None:
        self._log = log
        self._rows = Table[tuple[str, OrganizationId], int](journal)

    async def at(self, organization_id: OrganizationId, follower: str) -> int:
        return self._rows.get((follower, organization_id)) or 0

    async def behind(self, follower: str) -> Sequence[OrganizationId]:
        last = self._log.last
        return [key for key in sorted(last.keys()) if last[key] > (self._rows.get((follower, key)) or 0)]

    async def move(self, organization_id: OrganizationId, follower: str, seq: int) -> None:
        self._rows.put((follower, organization_id), seq)


class KeptAnswers:
    def __init__(self, journal: Journal) -> None:
        self._rows = Table[tuple[OrganizationId, str], KeptAnswer](journal)

    async def get(self, organization_id: OrganizationId, key: str) -> KeptAnswer | None:
        return self._rows.get((organization_id, key))

    async def add(self, answer: KeptAnswer) -> None:
        if self._rows.get((answer.organization_id, answer.key)) is not None:
            raise AlreadyTaken(f"There is an answer under the key {answer.key} already.")
        self._rows.put((answer.organization_id, answer.key), answer)

    async def forget_of(self, organization_id: OrganizationId) -> int:
        theirs = [key for key in self._rows.keys() if key[0] == organization_id]  # noqa: SIM118  a copy
        for key in theirs:
            self._rows.drop(key)
        return len(theirs)

    async def forget(self, before: datetime, limit: int) -> int:
        old = [key for key, kept in self._rows.items() if kept.created_at < before][:limit]
        for key in old:
            self._rows.drop(key)
        return len(old)
