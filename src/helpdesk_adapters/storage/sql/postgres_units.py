"""Running units of work on PostgreSQL: each in a transaction, again where others were quicker, in lanes."""

from asyncio import Event, shield, sleep
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from random import random
from time import monotonic
from typing import TypeVar

from anyio import CancelScope
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from helpdesk_adapters.storage.sql.connection import Marks
from helpdesk_adapters.storage.sql.matrices import Matrices
from helpdesk_adapters.storage.sql.postgres_connection import PostgresConnection
from helpdesk_adapters.storage.sql.postgres_errors import ALONE, CONFLICT, Lesson, StartAgain
from helpdesk_adapters.storage.sql.postgres_session import Command, Raw, Session
from helpdesk_adapters.storage.sql.postgres_transactions import WRITING, Lane, Transaction
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import OrganizationId

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds for which a unit is run again while others are quicker."""

GONE = 15.0
"""Seconds for which a database that gave no connection is taken to be gone."""

SOON = 0.25
"""Seconds that a unit waits for a connection to one that is gone: those that stand in line must not add up."""

CROWDED = 200
"""Units that go in one lane, whosever they are, after one got in another's way.

The database locks what is read by the page of an index, so that units of organizations whose rows lie side by side may
be taken for each other's: few, small ones. Then side by side is slower than one after the other.
"""

_in_unit: ContextVar[bool] = ContextVar("_in_unit", default=False)


class Units:
    """How units of one kind are run; `begin` is how their transactions begin."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Raw],
        matrices: Matrices,
        begin: Command,
        committed: Callable[[Sequence[Marks]], None] = lambda marks: None,
    ) -> None:
        self._pool = pool
        self._matrices = matrices
        self._begin = begin
        self._in_lanes = begin == WRITING
        self._committed = committed
        self._lanes: defaultdict[OrganizationId, Lane] = defaultdict(Lane)
        self._common = Lane()
        self._crowded = 0
        self._gone_until = 0.0
        self._spare: list[PostgresConnection] = []
        self._running = 0
        self._idle = Event()

    async def run(self, unit: Callable[[PostgresConnection], Awaitable[T]]) -> T:
        """The unit's result once it is committed, or whatever it raises."""
        if _in_unit.get():
            raise RuntimeError("a unit of work may await nothing but the methods of its work")
        self._running += 1
        try:
            return await self._run(unit)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def finish(self) -> None:
        """Waits until no unit is being run."""
        while self._running:
            self._idle.clear()
            await self._idle.wait()

    async def _run(self, unit: Callable[[PostgresConnection], Awaitable[T]]) -> T:
        lesson, deadline = Lesson(asked_at=monotonic()), monotonic() + PATIENCE
        while True:
            try:
                return await self._try(unit, lesson)
            except StartAgain as again:
                lesson = lesson.and_(again.lesson)
            if monotonic() > deadline:
                raise StoreUnavailable(
                    f"{lesson.conflicts} times in a row other changes were quicker, or the connection broke."
                )
            await sleep(random() * min(lesson.conflicts, 20) / 1000)

    async def _try(self, unit: Callable[[PostgresConnection], Awaitable[T]], lesson: Lesson) -> T:
        db = self._spare.pop() if self._spare else PostgresConnection(self._matrices)
        # The scope shields what has been begun: a unit in a transaction is run to its end.
        with CancelScope() as scope:
            db.enter(_Trial(self, scope), lesson)
            try:
                result = await _inside(unit, db)
                db.check()
                await db.catch_up()
            except BaseException as error:
                if db.transaction is not None:
                    await _give_up(db.transaction, error, in_doubt=db.in_doubt)
                raise
            else:
                if db.transaction is not None:
                    await db.transaction.finish(db.marks)
            finally:
                db.leave()
                self._spare.append(db)
        return result

    async def begin(self, lesson: Lesson) -> Transaction:
        lane = self._lane_for(lesson)
        transaction = await lane.enter(lesson)
        if transaction is not None:
            transaction.go_on()
            self._hold(transaction, lesson.organization_id)
            return transaction
        try:
            session = await self._session()
        except BaseException:
            lane.leave()
            raise
        transaction = Transaction(session, lane, self._give_back, self._committed, lesson.alone)
        transaction.begin(self._begin)
        self._hold(transaction, lesson.organization_id)
        return transaction

    def follow(self, transaction: Transaction, organization_id: OrganizationId) -> bool:
        if self._in_lanes and transaction.lane.own:
            lane = self._lanes[organization_id]
            if lane.busy or lane.left_at > transaction.began:
                return False  # what it has read may be out of date already
            lane.busy = True
            transaction.lane = lane
        self._hold(transaction, organization_id)
        return True

    def _hold(self, transaction: Transaction, organization_id: OrganizationId | None) -> None:
        if self._in_lanes and organization_id is not None:
            transaction.hold(organization_id)

    def _lane_for(self, lesson: Lesson) -> Lane:
        if not self._in_lanes:
            return Lane(own=True)
        if lesson.conflicts:
            self._crowded = CROWDED
        if self._crowded:
            self._crowded -= 1
            return self._common
        if lesson.organization_id is None:
            return Lane(own=True)
        return self._lanes[lesson.organization_id]

    async def _session(self) -> Session:
        patience = SOON if monotonic() < self._gone_until else None
        try:
            session = (await self._pool.getconn(patience)).session
        except (PoolTimeout, TooManyRequests) as error:
            self._gone_until = monotonic() + GONE
            raise StoreUnavailable(f"No connection to the database was to be had: {error}.") from error
        except PoolClosed as error:
            raise StoreUnavailable("The store is not open.") from error
        self._gone_until = 0.0
        return session

    async def _give_back(self, session: Session) -> None:
        if session.lost:
            await session.raw.close()
        await shield(self._pool.putconn(session.raw))


class _Trial:
    """One try of one unit: where its transaction comes from."""

    def __init__(self, units: Units, scope: CancelScope) -> None:
        self._units = units
        self._scope = scope

    async def begin(self, lesson: Lesson) -> Transaction:
        transaction = await self._units.begin(lesson)
        self._scope.shield = True
        return transaction

    def follow(self, transaction: Transaction, organization_id: OrganizationId) -> bool:
        return self._units.follow(transaction, organization_id)


async def _inside(unit: Callable[[PostgresConnection], Awaitable[T]], db: PostgresConnection) -> T:
    token = _in_unit.set(True)
    try:
        return await unit(db)
    finally:
        _in_unit.reset(token)


async def _give_up(transaction: Transaction, error: BaseException, *, in_doubt: bool) -> None:
    """Undoes what a unit has done that ended with the error, and all with it where that is not to be told apart."""
    if isinstance(error, StartAgain) and (error.lesson.conflicts or error.lesson == ALONE):
        await transaction.lose(StartAgain(error.lesson))
    elif transaction.session.lost:
        await transaction.lose(StartAgain(CONFLICT))
    else:
        await transaction.take_back(in_doubt=in_doubt)
