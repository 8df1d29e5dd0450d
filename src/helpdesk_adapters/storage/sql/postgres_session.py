"""A session with a PostgreSQL server: statements go out at once, and their answers are waited for only when needed.

Over libpq's pipeline mode (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html): a statement costs no
round trip of its own, and psycopg brings the connection, the waiting and the types. Every statement is prepared.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NewType

import orjson
from psycopg import AsyncConnection, adapters, errors, generators
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import set_json_loads
from psycopg.waiting import wait_async

from helpdesk_adapters.storage.sql.postgres_errors import PLAN_IS_STALE
from helpdesk_adapters.storage.sql.prepared import Row

Command = NewType("Command", bytes)
"""A statement without parameters and results, such as COMMIT."""

LISTEN_EVERY = 0.5
"""Seconds between two looks whether the connection is still there, while an answer is waited for."""

PREPARED = 300
"""Statements that a session keeps prepared at most; the one that was not used for longest goes."""

ONE_BY_ONE = "a unit of work does one thing after the other"

ADAPTERS = AdaptersMap(adapters)
set_json_loads(orjson.loads, ADAPTERS)

Arguments = Sequence[Buffer | None]

_ENDED = ("08", "25P03", "57P", PLAN_IS_STALE)
"""Errors after which a session is of no use."""

_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED)

_DEFAULTS = {
    "fallback_application_name": "helpdesk",
    "connect_timeout": "10",
    # A server that vanished without a word is noticed within a minute, not after two hours.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}

_SET_UP = """
    SELECT set_config('timezone', 'UTC', false), set_config('client_encoding', 'UTF8', false),
        set_config('enable_seqscan', 'off', false), set_config('idle_in_transaction_session_timeout', '60s', false)
"""
# A serializable transaction that reads a table from end to end is in conflict with every other one that writes to it;
# every statement of ours has an index, however small the table is.

_NOTICE_WHO_IS_GONE = "SET client_connection_check_interval = '2s'"


def conninfo(url: str) -> dict[str, Any]:
    """What to connect with: a `postgresql://` or `postgres://` URL as libpq reads it, and our defaults."""
    scheme, colon, rest = url.partition("://")
    if scheme.partition("+")[0] not in ("postgresql", "postgres") or not colon:
        raise ValueError("a PostgreSQL URL begins with postgresql:// or postgres://")
    return {**_DEFAULTS, **conninfo_to_dict(f"postgresql://{rest}")}


class Session:
    """An open connection in pipeline mode. Used by one task at a time; `lost` ones are to be thrown away."""

    def __init__(self, raw: "Raw") -> None:
        self.raw = raw
        self.lost = False
        self._pg = raw.pgconn
        self._types = Transformer(raw)
        self._names: OrderedDict[str, bytes] = OrderedDict()
        self._serial = 0
        self._waited_for = False
        self._failed = False
        """Whether the server carries nothing out, after an error, until it is told to."""
        self._unanswered: deque[str | None] = deque()
        """Of each answer that is due, the statement whose preparation it is; None: it is something else."""

    def dumped(self, arguments: Sequence[Any]) -> Arguments:
        """What `send` takes. Raises psycopg's DataError, or UnicodeEncodeError, for what has no form in SQL."""
        return self._types.dump_sequence(arguments, [PyFormat.TEXT] * len(arguments))

    def send(self, sql: str, arguments: Arguments = ()) -> None:
        """Sends a statement with `$1`, `$2` … for its arguments, whose types the server infers."""
        name = self._names.get(sql)
        if name is None:
            name = self._prepare(sql)
        else:
            self._names.move_to_end(sql)
        self._hand_over(self._pg.send_query_prepared, name, arguments)

    def command(self, command: Command) -> None:
        self._hand_over(self._pg.send_query_params, command, None)

    async def answer(self) -> PGresult:
        """The answer to what was sent last; raises the first error of anything that was sent since the last answer.

        After an error nothing that was sent on takes effect, until `settle`.
        """
        return await self._wait(self._answers(sync=False))

    async def settle(self) -> PGresult:
        """As `answer`, and errors end here: what is sent next is carried out."""
        return await self._wait(self._answers(sync=True))

    def rows(self, result: PGresult) -> list[Row]:
        if not result.ntuples:
            return []
        self._types.set_pgresult(result)
        return self._types.load_rows(0, result.ntuples, tuple)

    async def roll_back(self, command: Command) -> None:
        """Undoes as much as the command says, whatever has gone wrong before. Raises where that fails too."""
        if self._failed or self._unanswered:
            with suppress(errors.Error):  # that it failed is why we are here, or it is undone just now
                await self.settle()
        if not self.lost:
            self.command(command)
            await self.settle()

    def _prepare(self, sql: str) -> bytes:
        if len(self._names) >= PREPARED:
            _, oldest = self._names.popitem(last=False)
            self.command(Command(b"DEALLOCATE " + oldest))
        self._serial += 1
        name = self._names[sql] = b"s%d" % self._serial
        self._hand_over(self._pg.send_prepare, name, sql.encode(), preparing=sql)
        return name

    def _hand_over(self, send: Callable[..., None], *arguments: Any, preparing: str | None = None) -> None:
        try:
            send(*arguments)
        except errors.OperationalError:  # the connection is gone, as the answer will say
            self.lost = True
        self._unanswered.append(preparing)

    async def _wait(self, answers: PQGen[PGresult]) -> PGresult:
        if self._waited_for:
            raise RuntimeError(ONE_BY_ONE)
        self._waited_for = True
        try:
            if self.lost:
                raise errors.OperationalError("the connection is lost")
            return await wait_async(answers, self._pg.socket, interval=LISTEN_EVERY)
        except errors.Error as error:
            self.lost = self.lost or error.sqlstate is None or error.sqlstate.startswith(_ENDED)
            raise
        except BaseException:
            # Whoever waited was cancelled, and nobody knows which answers are still to come. (`raw.wait` would ask the
            # server to cancel, and wait for that, while other units wait for this one.)
            self.lost = True
            raise
        finally:
            self._waited_for = False

    def _answers(self, *, sync: bool) -> PQGen[PGresult]:
        if sync:
            self._pg.pipeline_sync()
        else:
            self._pg.send_flush_request()
        yield from generators.send(self._pg)
        answer: PGresult | None = None
        failed: PGresult | None = None
        while self._unanswered:
            (answer,) = yield from generators.fetch_many(self._pg)
            preparing = self._unanswered.popleft()
            if answer.status in _FAILED:
                failed = failed or (answer if answer.status == ExecStatus.FATAL_ERROR else None)
                if preparing is not None:
                    self._names.pop(preparing, None)
        if sync:
            (synced,) = yield from generators.fetch_many(self._pg)
            answer = answer or synced
        self._failed = failed is not None and not sync
        if failed is not None:
            raise errors.error_from_result(failed, encoding="utf-8")
        assert answer is not None, "nothing was sent"
        return answer


class Raw(AsyncConnection[Row]):
    """A connection of the pool, and its session."""

    session: Session


async def set_up(raw: Raw) -> None:
    """To be called once, before the first use of the session."""
    await raw.execute(_SET_UP)
    with suppress(errors.InvalidParameterValue, errors.UndefinedObject):  # not every server can
        await raw.execute(_NOTICE_WHO_IS_GONE)
    raw.pgconn.enter_pipeline_mode()
    raw.session = Session(raw)
