"""What repositories need of PostgreSQL, over a transaction that is begun when the first statement asks for it."""

from collections.abc import Sequence
from typing import Protocol

from attrs import evolve
from psycopg import errors
from psycopg.pq.abc import PGresult

from helpdesk_adapters.storage.sql.connection import Marks
from helpdesk_adapters.storage.sql.dialects import postgresql_dialect
from helpdesk_adapters.storage.sql.full_text import INDEX_WORDS, lexemes
from helpdesk_adapters.storage.sql.matrices import Matrices
from helpdesk_adapters.storage.sql.postgres_errors import (
    ALONE,
    CONFLICT,
    HELD_ELSEWHERE,
    Lesson,
    StartAgain,
    is_to_be_tried_again,
    refusal,
)
from helpdesk_adapters.storage.sql.postgres_session import ONE_BY_ONE, Command, Session
from helpdesk_adapters.storage.sql.postgres_transactions import Transaction
from helpdesk_adapters.storage.sql.prepared import NO_PARAMS, Compiled, Params, Prepared, Row
from helpdesk_adapters.storage.sql.work import SqlView, SqlWork
from helpdesk_core.ids import OrganizationId

DIALECT = postgresql_dialect()

MARK_STATEMENT, UNDO_STATEMENT = Command(b"SAVEPOINT statement"), Command(b"ROLLBACK TO statement")
KEEP_STATEMENT = Command(b"RELEASE statement")


class Conductor(Protocol):
    """Whoever knows how units are run."""

    async def begin(self, lesson: Lesson) -> Transaction:
        """A transaction to work in, from now on in the caller's hands."""
        ...

    def follow(self, transaction: Transaction, organization_id: OrganizationId) -> bool:
        """Whether the transaction may go on, now that it is known whose unit it is."""
        ...


class PostgresConnection:
    """A `Connection` and its repositories, for one try of one unit after the other."""

    dialect = DIALECT

    def __init__(self, matrices: Matrices) -> None:
        self.matrices = matrices
        self.work = SqlWork(self)
        self.view = SqlView(self)
        self.lesson = Lesson()
        self._conductor: Conductor | None = None
        self.leave()

    def enter(self, conductor: Conductor, lesson: Lesson) -> None:
        """A try begins."""
        self.lesson = lesson
        self._conductor = conductor

    def leave(self) -> None:
        """The try has ended; nothing can be done until the next one begins."""
        self.marks = Marks()
        self.transaction: Transaction | None = None
        self._conductor = None
        self._beginning = False
        self._refused = False
        self._start_again: StartAgain | None = None
        self.in_doubt = False
        """Whether the next error may be of the unit before, in the same transaction."""

    async def rows(self, prepared: Prepared, params: Params = NO_PARAMS) -> list[Row]:
        compiled = prepared.on(DIALECT)
        session = await self._send(compiled, params)
        return compiled.converted(session.rows(await self._answer(session)))

    async def execute(self, prepared: Prepared, params: Params = NO_PARAMS) -> int:
        session = await self._send(prepared.on(DIALECT), params)
        return (await self._answer(session)).command_tuples or 0

    async def send(self, prepared: Prepared, params: Sequence[Params]) -> None:
        compiled = prepared.on(DIALECT)
        for one in params:
            session = await self._send(compiled, one)
            if self.lesson.careful:
                await self._answer(session)

    async def catch_up(self) -> None:
        texts, self.marks.texts = self.marks.texts, {}
        for (table, id), (organization_id, text) in texts.items():
            await self.send(INDEX_WORDS[table], [{"id": id, "words": lexemes(organization_id, text)}])

    def check(self) -> None:
        """Raises StartAgain where the unit cannot go on as it is, nor end well."""
        if self._start_again is not None:
            raise self._start_again
        if self._refused and not self.lesson.careful:
            # On other stores a unit may go on. Here a refused statement ends the transaction, unless it was marked.
            raise self._again(Lesson(alone=True, careful=True))

    async def _send(self, compiled: Compiled, params: Params) -> Session:
        if self._conductor is None:
            raise RuntimeError("this unit of work has ended")
        self.check()
        organization_id: OrganizationId | None = params.get("organization_id")
        if self.transaction is None:
            self.lesson = evolve(self.lesson, organization_id=self.lesson.organization_id or organization_id)
            self.transaction = await self._begin(self._conductor)
            self.in_doubt = bool(self.transaction.finished)
        elif organization_id is not None and not self._conductor.follow(self.transaction, organization_id):
            raise self._again(Lesson(organization_id=organization_id))
        session = self.transaction.session
        try:
            arguments = session.dumped(compiled.arguments(params))
        except (errors.DataError, UnicodeEncodeError) as error:
            raise refusal(error) from error
        if self.lesson.careful:
            session.command(MARK_STATEMENT)
        session.send(compiled.sql, arguments)
        return session

    async def _begin(self, conductor: Conductor) -> Transaction:
        if self._beginning:
            raise RuntimeError(ONE_BY_ONE)
        self._beginning = True
        transaction = await conductor.begin(self.lesson)
        self._beginning = False
        if self._conductor is not conductor:
            await transaction.lose(StartAgain())
            raise RuntimeError("this unit of work has ended")
        return transaction

    async def _answer(self, session: Session) -> PGresult:
        try:
            result = await session.answer()
        except errors.Error as error:
            raise await self._meaning(session, error) from error
        if self.lesson.careful:
            session.command(KEEP_STATEMENT)
        self.in_doubt = False
        return result

    async def _meaning(self, session: Session, error: errors.Error) -> BaseException:
        """What is to be raised for an error of a statement."""
        if session.lost or is_to_be_tried_again(error):
            return self._again(CONFLICT)
        if error.sqlstate == HELD_ELSEWHERE:
            return self._again(evolve(ALONE, organization_id=self.lesson.organization_id))
        if self.in_doubt:
            return self._again(ALONE)
        self._refused = True
        if self.lesson.careful:
            try:
                await session.roll_back(UNDO_STATEMENT)
            except errors.Error:
                return self._again(CONFLICT)
        return refusal(error)

    def _again(self, lesson: Lesson) -> StartAgain:
        self._start_again = StartAgain(lesson)
        return self._start_again
