"""Places in the event log, and answers that are kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, tuple_

from helpdesk_adapters.storage.sql.kept import LIMIT, Repository
from helpdesk_adapters.storage.sql.prepared import OR_NOTHING, Prepared, inserting
from helpdesk_adapters.storage.sql.rows import CounterRow, KeptAnswerRow, LogPlaceRow, table
from helpdesk_core.errors import AlreadyTaken
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import OrganizationId

_PLACES = table(LogPlaceRow)
_COUNTERS = table(CounterRow)
_ANSWERS = table(KeptAnswerRow)


class LogPlaceReads(Repository):
    _AT = Prepared(
        select(_PLACES.c.seq).where(
            _PLACES.c.follower == bindparam("follower"),
            _PLACES.c.organization_id == bindparam("organization_id"),
        )
    )
    _BEHIND = Prepared(
        select(_COUNTERS.c.organization_id)
        .outerjoin(
            _PLACES,
            (_PLACES.c.organization_id == _COUNTERS.c.organization_id)
            & (_PLACES.c.follower == bindparam("follower")),
        )
        .where(_COUNTERS.c.log_seq > func.coalesce(_PLACES.c.seq, 0))
        .order_by(_COUNTERS.c.organization_id)
    )

    async def at(self, organization_id: OrganizationId, follower: str) -> int:
        rows = await self._db.rows(self._AT, {"follower": follower, "organization_id": organization_id})
        return int(rows[0][0]) if rows else 0

    async def behind(self, follower: str) -> Sequence[OrganizationId]:
        return [row[0] for row in await self._db.rows(self._BEHIND, {"follower": follower})]


class LogPlaces(LogPlaceReads):
    _MOVE = Prepared(
        inserting(_PLACES), " ON CONFLICT (follower, organization_id) DO UPDATE SET seq = excluded.seq"
    )

    async def move(self, organization_id: OrganizationId, follower: str, seq: int) -> None:
        params = {"follower": follower, "organization_id": organization_id, "seq": seq}
        await self._db.execute(self._MOVE, params)


class KeptAnswerReads(Repository):
    _GET = Prepared(
        select(_ANSWERS.c.fingerprint, _ANSWERS.c.created_at, _ANSWERS.c.sealed).where(
            _ANSWERS.c.organization_id == bindparam("organization_id"), _ANSWERS.c.key == bindparam("key")
        )
    )

    async def get(self, organization_id: OrganizationId, key: str) -> KeptAnswer | None:
        rows = await self._db.rows(self._GET, {"organization_id": organization_id, "key": key})
        return KeptAnswer(organization_id, key, *rows[0]) if rows else None


class KeptAnswers(KeptAnswerReads):
    _ADD = Prepared(inserting(_ANSWERS), OR_NOTHING)
    _OLD = (
        select(_ANSWERS.c.organization_id, _ANSWERS.c.key)
        .where(_ANSWERS.c.created_at < bindparam("before"))
        .order_by(_ANSWERS.c.created_at)
        .limit(bindparam(LIMIT))
    )
    _FORGET_OF = Prepared(delete(_ANSWERS).where(_ANSWERS.c.organization_id == bindparam("organization_id")))
    _FORGET = Prepared(delete(_ANSWERS).where(tuple_(_ANSWERS.c.organization_id, _ANSWERS.c.key).in_(_OLD)))

    async def add(self, answer: KeptAnswer) -> None:
        row = {
            "organization_id": answer.organization_id,
            "key": answer.key,
            "fingerprint": answer.fingerprint,
            "created_at": answer.created_at,
            "sealed": answer.sealed,
        }
        if not await self._db.execute(self._ADD, row):
            raise AlreadyTaken(f"There is an answer under the key {answer.key} already.")

    async def forget_of(self, organization_id: OrganizationId) -> int:
        return await self._db.execute(self._FORGET_OF, {"organization_id": organization_id})

    async def forget(self, before: datetime, limit: int) -> int:
        return await self._db.execute(self._FORGET, {"before": before, LIMIT: limit})
