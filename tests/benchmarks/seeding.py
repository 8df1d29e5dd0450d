"""Desks with many tickets, made in the database itself: one ticket of the product's own, multiplied.

A million takes minutes and gigabytes, so such a desk is kept in the machine's folder for temporary files, under the
fingerprint of its schema, and used again.
"""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import orjson

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.migrate import migrate
from helpdesk_adapters.storage.sql.sqlite_words import WORDS, index_words
from helpdesk_core.ids import OrganizationId
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.tickets.begin_ticket import Opening
from helpdesk_core.use_cases.tickets.open_ticket import Requester
from helpdesk_core.users import Actor
from tests.benchmarks.servers import Founded, found

CUSTOMERS = 1000

ID = "printf('%08x-%04x-7%03x-8%03x-%012x', {n} / 65536, {n} % 65536, {n} % 4096, {n} % 4096, {n})"
MOMENT = (
    "strftime('%Y-%m-%dT%H:%M:%S', '2020-01-01', (n * 20) || ' seconds') || printf('.%06dZ', n % 1000000)"
)
TIMES = {"created_at": MOMENT, "updated_at": MOMENT}
OF_CUSTOMER = {**TIMES, "id": ID.format(n="n"), "emails": "json_array('ida' || n || '@garden.example')"}
OF_TICKET = {
    **TIMES,
    "last_message_at": MOMENT,
    "id": ID.format(n="(n + 1000000)"),
    "number": "n",
    "customer_id": ID.format(n=f"(1 + n % {CUSTOMERS})"),
    "status": 'json_extract(\'["open","pending","on_hold","resolved","closed"]\', \'$[\' || (n % 5) || \']\')',
    "subject": "'The kettle leaks (' || n || ')'",
    "subject_key": "'the kettle leaks (' || n || ')'",
}
OF_MESSAGE = {
    "created_at": MOMENT,
    "id": ID.format(n="(n + 3000000)"),
    "ticket_id": OF_TICKET["id"],
    "content_text": "'It leaks since Monday. Colour c' || (n % 1000) || ', order ' || n",
}


def seeded(tickets: int) -> Founded:
    """A desk with so many tickets of a message each, a fifth of them open, and a thousand customers.

    Every subject has the word "kettle" and every message "leaks", a thousandth "c7", one of each its number.
    """
    folder = Path(tempfile.gettempdir()) / f"helpdesk-benchmarks-{_fingerprint()}" / str(tickets)
    note = folder / "founded.json"
    if not note.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        founded = found(folder)
        asyncio.run(_open_one(founded))
        with closing(sqlite3.connect(founded.file, isolation_level=None)) as raw:
            _multiply(raw, tickets)
        note.write_bytes(orjson.dumps({"organization": founded.organization, "key": founded.key}))
    told = orjson.loads(note.read_bytes())
    return Founded(folder / "data", UUID(told["organization"]), told["key"])


def _fingerprint() -> str:
    """Of the schema, and of what is put into it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.sqlite3"
        migrate(str(path))
        with closing(sqlite3.connect(path)) as raw:
            schema = raw.execute(
                "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master ORDER BY name)"
            )
            return sha256(f"{schema.fetchone()[0]}{Path(__file__).read_text('utf-8')}".encode()).hexdigest()[
                :12
            ]


async def _open_one(founded: Founded) -> None:
    desk = Container(settings=Settings(data_dir=founded.data))
    async with desk.desk().opened():
        opening = Opening("The kettle leaks", Channel.API)
        requester = Requester(email="ida@garden.example", name="Ida")
        actor = Actor("system", None, "benchmarks")
        await desk.open_ticket()(OrganizationId(founded.organization), actor, opening, requester, "It leaks.")


def _multiply(raw: sqlite3.Connection, tickets: int) -> None:
    raw.execute("PRAGMA synchronous = OFF")
    raw.execute("PRAGMA cache_size = -200000")
    raw.execute("BEGIN IMMEDIATE")
    _copies(raw, "customers", OF_CUSTOMER, 1, CUSTOMERS)
    indexes = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('tickets', 'conversations')"
        " AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        raw.execute(f"DROP INDEX {name}")
    _copies(raw, "tickets", OF_TICKET, 2, tickets)
    _copies(raw, "conversations", OF_MESSAGE, 2, tickets)
    for _, sql in indexes:  # sorted at once, which is much faster than one row after the other
        raw.execute(sql)
    raw.execute("UPDATE counters SET ticket_number = ?", (tickets,))
    index_words(raw)
    for (
        words
    ) in WORDS:  # at rest: filled at one go, it would be merging its largest parts with every later write
        raw.execute(f"INSERT INTO {words} ({words}) VALUES ('optimize')")
    raw.execute("COMMIT")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copies(raw: sqlite3.Connection, table: str, different: Mapping[str, str], first: int, last: int) -> None:
    """Copies of the table's one row, `different` in some columns: SQL over the number `n` of the copy."""
    names = [row[1] for row in raw.execute(f"PRAGMA table_info({table})") if row[1] != "pk"]
    assert different.keys() <= set(names), "the schema has changed"
    raw.execute(
        f"WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}),"
        f" original AS MATERIALIZED (SELECT * FROM {table} LIMIT 1)"
        f" INSERT INTO {table} ({', '.join(names)})"
        f" SELECT {', '.join(different.get(name, f'original.{name}') for name in names)} FROM numbers, original"
    )
