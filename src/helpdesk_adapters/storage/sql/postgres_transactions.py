"""Transactions that units of work share, and the lanes in which they wait for each other.

Units of one organization number its tickets and events densely, so they can only be committed one after the other:
beside each other all but one of them would be in vain. In a process they go in a lane. Whoever is at its head hands the
open transaction on to the next that waits, and the last one commits for all, so that a crowd pays for one commit.
"""

from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

from anyio import CancelScope
from attrs import Factory, define, field
from psycopg import errors

from helpdesk_adapters.storage.sql.connection import Marks
from helpdesk_adapters.storage.sql.postgres_errors import (
    ALONE,
    CONFLICT,
    Lesson,
    StartAgain,
    is_to_be_tried_again,
    refusal,
)
from helpdesk_adapters.storage.sql.postgres_session import Command, Session
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import OrganizationId

GROUP = 32
"""Units that share one transaction at most."""

LONGEST = 0.1
"""Seconds after which a transaction is not handed on any more."""

WRITING = Command(b"BEGIN ISOLATION LEVEL SERIALIZABLE")
READING = Command(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
CLAIMING = Command(b"BEGIN ISOLATION LEVEL READ COMMITTED")
"""For single statements that lock what they change and skip what is locked."""

COMMIT, ROLLBACK = Command(b"COMMIT"), Command(b"ROLLBACK")
MARK, FORGET_MARK = Command(b"SAVEPOINT unit"), Command(b"RELEASE unit")
BACK_TO_MARK = Command(b"ROLLBACK TO unit")

HOLD = "SELECT 1 FROM counters WHERE organization_id = $1::UUID FOR UPDATE"
HOLD_AT_ONCE = f"{HOLD} NOWAIT"
"""Every unit counts with this row in the end. Who takes it first cannot be overtaken any more."""

IN_DOUBT = "The connection to the database broke during a commit: whether the change was made is not known."


@define(eq=False)
class Lane:
    """Where units wait for each other; one is at its head. An `own` lane is one unit's."""

    own: bool = False
    busy: bool = False
    left_at: float = 0.0
    """When the last transaction in it ended."""
    _waiting: "deque[tuple[Future[Transaction | None], Lesson]]" = Factory(deque)

    async def enter(self, lesson: Lesson) -> "Transaction | None":
        """Waits until the lane is free, or until a transaction is handed on that the unit can share."""
        if not self.busy:
            self.busy = True
            return None
        place: Future[Transaction | None] = get_running_loop().create_future()
        self._waiting.append((place, lesson))
        try:
            return await place
        except BaseException:
            if place.done() and not place.cancelled():  # cancelled, but its turn had come
                with CancelScope(shield=True):
                    await self._pass_by(place.result())
            raise

    async def _pass_by(self, transaction: "Transaction | None") -> None:
        if transaction is None:
            self.leave()
        else:
            await transaction.end()

    def leave(self) -> None:
        """Lets the next one in."""
        self.left_at = monotonic()
        self.busy = False
        while self._waiting and not self.busy:
            place, _ = self._waiting.popleft()
            if not place.done():
                self.busy = True
                place.set_result(None)

    def hand_on(self, transaction: "Transaction") -> bool:
        """Whether somebody waited who goes on with the transaction.

        Nobody does who was asked for after it began: its snapshot may lack what they were asked for because of.
        """
        while self._waiting:
            place, lesson = self._waiting[0]
            if (lesson.alone or lesson.asked_at > transaction.began) and not place.done():
                return False
            self._waiting.popleft()
            if not place.done():
                place.set_result(transaction)
                return True
        return False


@define(eq=False)
class Transaction:
    """An open transaction. Whoever has it in hand must `end`, `take_back` or `lose` it."""

    session: Session
    lane: Lane
    _give_back: Callable[[Session], Awaitable[None]]
    """Takes the session, in whatever state."""
    _committed: Callable[[list[Marks]], None]
    """Called by the event loop after the commit."""
    alone: bool
    """Whether the unit that is at work in it goes alone."""
    began: float = Factory(monotonic)
    finished: list[tuple[Marks, "Future[None]"]] = field(factory=list)
    """The units whose changes are in it."""
    _held: set[OrganizationId] = field(factory=set)
    _held_last: set[OrganizationId] = field(factory=set)
    """Those that the unit which is at work has taken hold of."""

    def begin(self, command: Command) -> None:
        self.session.command(command)

    def go_on(self) -> None:
        """Another unit begins."""
        self._held_last = set()
        self.session.command(MARK)

    def hold(self, organization_id: OrganizationId) -> None:
        """Waits, before anything is done for the organization, until all other units of it are committed, wherever.

        Whoever holds one organization does not wait for another: else two groups of units might wait for each other.
        """
        if organization_id not in self._held:
            hold = HOLD_AT_ONCE if self._held else HOLD
            self._held.add(organization_id)
            self._held_last.add(organization_id)
            self.session.send(hold, self.session.dumped([organization_id]))

    async def finish(self, marks: Marks) -> None:
        """A unit has ended well; returns when it is committed. Raises StartAgain where it has to be run again."""
        if self.finished:
            self.session.command(FORGET_MARK)
        done = get_running_loop().create_future()
        self.finished.append((marks, done))
        try:
            await self.end()
        except BaseException:
            done.cancel()  # nobody will ask it
            raise
        await done

    async def take_back(self, *, in_doubt: bool) -> None:
        """A unit has failed: undoes what it has done, and no more. `in_doubt`: it has not had a single answer."""
        if not self.finished:
            await self._close(StartAgain(CONFLICT))
            return
        try:
            if in_doubt:
                await (
                    self.session.settle()
                )  # the units before may have failed, without anybody having noticed yet
            await self.session.roll_back(BACK_TO_MARK)
            self._held -= self._held_last
        except errors.Error:
            await self.lose(StartAgain(ALONE))
        except BaseException:
            await self.lose(StartAgain(CONFLICT))
            raise
        else:
            await self.end()

    async def end(self) -> None:
        """Hands it on, or commits."""
        full = self.alone or len(self.finished) >= GROUP or monotonic() > self.began + LONGEST
        if full or not self.lane.hand_on(self):
            await self._commit()

    async def lose(self, reason: StartAgain) -> None:
        """Rolls everything back; all the units in it have to be run again."""
        await self._close(reason)

    async def _commit(self) -> None:
        try:
            self.session.command(COMMIT)
            await self.session.settle()
        except errors.Error as error:
            await self._close(self._fate(error))
        except BaseException:
            await self._close(StoreUnavailable(IN_DOUBT))
            raise
        else:
            await self._close(None)

    def _fate(self, error: errors.Error) -> BaseException:
        """What an error of a commit means to those whose changes were to be committed."""
        if self.session.lost:
            return StoreUnavailable(IN_DOUBT)
        if is_to_be_tried_again(error):
            return StartAgain(CONFLICT)
        return StartAgain(ALONE) if len(self.finished) > 1 else refusal(error)

    async def _roll_back(self) -> None:
        if not self.session.lost:
            try:
                await self.session.roll_back(ROLLBACK)
            except BaseException as error:
                self.session.lost = True  # the server rolls back by itself, once it is gone
                if not isinstance(error, errors.Error):
                    raise

    async def _close(self, reason: BaseException | None) -> None:
        try:
            if reason is not None:
                await self._roll_back()
        finally:
            self.lane.leave()
            self._tell(reason)
            await self._give_back(self.session)

    def _tell(self, reason: BaseException | None) -> None:
        """Tells all units in it how it ended: committed, or to be blamed on the reason."""
        if reason is None:
            get_running_loop().call_soon(self._committed, [marks for marks, _ in self.finished])
        for _, done in self.finished:
            if done.done():
                continue  # whoever waited was cancelled
            if reason is None:
                done.set_result(None)
            else:
                done.set_exception(reason)
