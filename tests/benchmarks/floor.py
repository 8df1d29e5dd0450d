"""The floor: what bare Starlette routes under uvicorn need for the same.

`POST /webhook` parses the body, verifies one HMAC and inserts three rows in one SQLite transaction, as durably as the
desk does: one thread writes, with a savepoint for each request and one commit for those that wait together. The lists
run the desk's own statements on the desk's own file, right in the event loop, and dump the rows as they come.
"""

import argparse
import asyncio
import hashlib
import hmac
import os
from base64 import b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpdesk_adapters.storage.sql.prepared import Prepared
from helpdesk_adapters.storage.sql.sqlite_connection import DIALECT, connect
from helpdesk_adapters.storage.sql.ticket_lists import TICKETS, listing
from helpdesk_core.ids import OrganizationId
from helpdesk_core.paging import Page
from helpdesk_core.ports.repositories import TicketFilter
from helpdesk_core.tickets import Status
from helpdesk_http.cli.server import OPTIONS

TABLES = (
    "CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, type TEXT, received_at TEXT, raw BLOB)",
    "CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, kind TEXT, run_at TEXT, payload TEXT)",
    "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, id TEXT, type TEXT, data TEXT)",
)
EVENT = "INSERT INTO events VALUES (?, ?, ?, ?)"
JOB = "INSERT INTO jobs VALUES (?, ?, ?, ?)"
LOGGED = "INSERT INTO log (id, type, data) VALUES (?, ?, ?)"

Rows = Sequence[tuple[str, tuple[Any, ...]]]
Handed = tuple[Rows, "asyncio.Future[None]"]


class Writer:
    """One thread that writes."""

    def __init__(self, path: Path) -> None:
        self._raw = connect(path, cache_kib=16_000, create=True)
        for table in TABLES:
            self._raw.execute(table)
        self._queue: SimpleQueue[Handed] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        Thread(target=self._work, daemon=True).start()

    async def insert(self, rows: Rows) -> None:
        """Returns once the rows are durable."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._queue.put((rows, done))
        await done

    def _work(self) -> None:
        while True:
            waiting = [self._queue.get()]
            try:
                while len(waiting) < 128:
                    waiting.append(self._queue.get_nowait())
            except Empty:
                pass  # these are all
            self._raw.execute("BEGIN IMMEDIATE")
            for rows, _ in waiting:
                self._raw.execute("SAVEPOINT unit")
                for statement, values in rows:
                    self._raw.execute(statement, values)
                self._raw.execute("RELEASE unit")
            self._raw.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, waiting)


def _tell(waiting: Sequence[Handed]) -> None:
    for _, done in waiting:
        done.set_result(None)


class Webhook:
    """The route that is admitted to."""

    def __init__(self, path: Path, secret: str) -> None:
        self._path = path
        self._key = b64decode(secret.removeprefix("whsec_"))
        self._writer: Writer | None = None

    async def __call__(self, request: Request) -> Response:
        if self._writer is None:
            self._writer = Writer(self._path)
        headers = request.headers
        body = await request.body()
        signed = f"{headers['svix-id']}.{headers['svix-timestamp']}.".encode() + body
        digest = hmac.new(self._key, signed, hashlib.sha256).digest()
        if not hmac.compare_digest(digest, b64decode(headers["svix-signature"].partition(",")[2])):
            return Response(status_code=401)
        event = orjson.loads(body)
        job_id = str(uuid4())
        await self._writer.insert(
            (
                (EVENT, (headers["svix-id"], event["type"], event["created_at"], body)),
                (JOB, (job_id, "perform", event["created_at"], headers["svix-id"])),
                (LOGGED, (job_id, event["type"], headers["svix-id"])),
            )
        )
        return Response(b'{"received":true}', media_type="application/json")


class Tickets:
    """The routes that are read from: the desk's own statements, and rows as dicts."""

    def __init__(self, path: Path, organization_id: UUID) -> None:
        self._raw = connect(path, cache_kib=4_000, read_only=True)
        self._names = [column.name for column in TICKETS.select.selected_columns]
        self._all = self._listing(organization_id, TicketFilter())
        self._open = self._listing(organization_id, TicketFilter(status=(Status.OPEN,)))
        self._one = TICKETS._find.on(DIALECT).sql

    async def page(self, request: Request) -> Response:
        statement, values = self._open if request.url.query else self._all
        return self._answer(self._raw.execute(statement, values).fetchall())

    async def one(self, request: Request) -> Response:
        return self._answer(self._raw.execute(self._one, (request.path_params["ticket_id"],)).fetchall())

    def _answer(self, rows: Sequence[tuple[Any, ...]]) -> Response:
        value: Sequence[Mapping[str, Any]] = [dict(zip(self._names, row, strict=True)) for row in rows]
        return Response(orjson.dumps(value), media_type="application/json")

    @staticmethod
    def _listing(organization_id: UUID, wanted: TicketFilter) -> tuple[str, tuple[Any, ...]]:
        prepared: Prepared
        prepared, params = listing(OrganizationId(organization_id), wanted, Page())
        compiled = prepared.on(DIALECT)
        return compiled.sql, tuple(compiled.arguments(params))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--desk", type=Path, required=True, help="the desk's file")
    parser.add_argument("--organization", type=UUID, required=True)
    given = parser.parse_args()
    webhook = Webhook(given.folder / "floor.sqlite3", os.environ["RESEND_WEBHOOK_SECRET"])
    tickets = Tickets(given.desk, given.organization)
    routes = [
        Route("/webhook", webhook.__call__, methods=["POST"]),
        Route("/tickets", tickets.page),
        Route("/tickets/{ticket_id}", tickets.one),
    ]
    uvicorn.run(Starlette(routes=routes), port=given.port, **{**OPTIONS, "lifespan": "off"})


if __name__ == "__main__":
    main()
