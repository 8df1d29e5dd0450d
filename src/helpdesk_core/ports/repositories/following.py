"""How far those who follow the event log have come, and what a caller was answered before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import OrganizationId


class LogPlaceReads(Protocol):
    async def at(self, organization_id: OrganizationId, follower: str) -> int:
        """The sequence number of the last event that the follower has taken in; 0: none yet."""
        ...

    async def behind(self, follower: str) -> Sequence[OrganizationId]:
        """Organizations whose log goes on behind the follower's place. For the desk itself."""
        ...


class LogPlaces(LogPlaceReads, Protocol):
    async def move(self, organization_id: OrganizationId, follower: str, seq: int) -> None: ...


class KeptAnswerReads(Protocol):
    async def get(self, organization_id: OrganizationId, key: str) -> KeptAnswer | None: ...


class KeptAnswers(KeptAnswerReads, Protocol):
    async def add(self, answer: KeptAnswer) -> None:
        """Raises AlreadyTaken where the organization has an answer under this key."""
        ...

    async def forget_of(self, organization_id: OrganizationId) -> int:
        """Removes all that the organization was answered; how many there were."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes so much of what was answered before a time, of whatever organization; how many there were."""
        ...
