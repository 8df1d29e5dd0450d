"""Telling the other processes of a PostgreSQL desk that something was committed, and hearing it from them.

Wake-ups only: what is lost (a process is killed just then, a connection breaks) is found at the next look. They are
sent after the commit, by one task and many commits at a time: a NOTIFY within a transaction makes all commits of the
server wait for each other.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any
from uuid import UUID, uuid4

import orjson
from psycopg import AsyncConnection, Error, Notify

from helpdesk_adapters.storage.touched import Touched
from helpdesk_core.ids import OrganizationId

CHANNEL = "helpdesk"

MOST_LOGS = 150
"""Organizations that one notification names at most (it may have 8,000 bytes); more are "somebody's"."""

LINGER = 0.01
"""Seconds for which commits are collected, so that they are told together."""

QUIET, AGAIN = 30.0, 1.0
"""Seconds without a word after which the connection is tried; between attempts to connect."""

NOTHING = Touched()


class Signals:
    """One connection that tells and one that listens. `heard` is called in the event loop that opened it."""

    def __init__(self, conninfo: Mapping[str, Any], heard: Callable[[Touched], None]) -> None:
        self._conninfo = conninfo
        self._heard = heard
        self._name = uuid4().hex
        self._untold = NOTHING
        self._to_tell = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self) -> "AsyncConnection[Any]":
        """A connection to listen on. Raises psycopg's Error where the server cannot be reached."""
        return await AsyncConnection.connect(**self._conninfo, autocommit=True)

    async def open(self, listening: "AsyncConnection[Any]") -> None:
        """Hears everything that is told from now on."""
        await listening.execute(f"LISTEN {CHANNEL}")
        self._tasks = [asyncio.create_task(self._listen(listening)), asyncio.create_task(self._tell())]

    async def close(self) -> None:
        """Tells what is still to be told."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._untold != NOTHING:
            with suppress(Error):  # then the others look by themselves
                async with await self.connect() as raw:
                    await self._notify(raw)

    def tell(self, touched: Touched) -> None:
        """Soon, and without waiting."""
        self._untold = merged(self._untold, touched)
        self._to_tell.set()

    async def _tell(self) -> None:
        while True:
            await self._to_tell.wait()
            with suppress(Error):  # the connection broke: nothing is forgotten, and there will be another
                async with await self.connect() as raw:
                    while True:
                        await self._to_tell.wait()
                        await asyncio.sleep(LINGER)
                        await self._notify(raw)
            await asyncio.sleep(AGAIN)

    async def _notify(self, raw: "AsyncConnection[Any]") -> None:
        """Forgets what is to be told only when it has been."""
        telling, self._untold = self._untold, NOTHING
        self._to_tell.clear()
        try:
            await raw.execute(
                "SELECT pg_notify(%s, %s)", (CHANNEL, _written(self._name, telling)), prepare=True
            )
        except BaseException:
            self.tell(telling)
            raise

    async def _listen(self, listening: "AsyncConnection[Any]") -> None:
        while True:
            with suppress(Error):  # the connection broke: there will be another
                async with listening:
                    await self._hear(listening)
            listening = await self._listening_again()
            self._heard(Touched(elsewhere=True))  # whatever was told meanwhile

    async def _listening_again(self) -> "AsyncConnection[Any]":
        while True:
            await asyncio.sleep(AGAIN)
            with suppress(Error):  # the server is not back yet
                raw = await self.connect()
                try:
                    await raw.execute(f"LISTEN {CHANNEL}")
                except BaseException:
                    await raw.close()
                    raise
                return raw

    async def _hear(self, listening: "AsyncConnection[Any]") -> None:
        while True:
            async with aclosing(listening.notifies(timeout=QUIET)) as notifications:
                async for one in notifications:
                    touched = _read(one, self._name)
                    if touched is not None:
                        self._heard(touched)
            await listening.execute("SELECT 1")


def merged(one: Touched, other: Touched) -> Touched:
    return Touched(one.jobs or other.jobs, one.logs | other.logs, one.elsewhere or other.elsewhere)


def _written(name: str, touched: Touched) -> str:
    several = len(touched.logs) > MOST_LOGS
    logs = [] if several else [organization_id.hex for organization_id in touched.logs]
    told = {"from": name, "jobs": touched.jobs, "logs": logs, "elsewhere": several or touched.elsewhere}
    return orjson.dumps(told).decode()


def _read(notification: Notify, own: str) -> Touched | None:
    """None for what this process has told itself. What cannot be read was told by another version of the desk."""
    try:
        told = orjson.loads(notification.payload)
        if told["from"] == own:
            return None
        logs = frozenset(OrganizationId(UUID(one)) for one in told["logs"])
        return Touched(bool(told["jobs"]), logs, bool(told["elsewhere"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Touched(elsewhere=True)
