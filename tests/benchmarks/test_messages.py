"""Messaging providers: how fast they are taken in, a burst of many customers, and what a message costs."""

import asyncio
import sqlite3
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_core.commands import HearMessage
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import OrganizationId
from helpdesk_core.tickets import Channel
from helpdesk_core.use_cases.messaging.hear_message import hear_message
from helpdesk_core.users import DESK
from tests.benchmarks.figures import Figures, compare
from tests.benchmarks.load import Sender
from tests.benchmarks.servers import Founded, Server, found, reading, serving, starting
from tests.benchmarks.statements import NOT_OURS, watch_statements
from tests.benchmarks.talking import (
    CUSTOMERS,
    ENVIRONMENT,
    EVENTS,
    OURS,
    examples,
    settings,
    texts,
    to_the_floor,
)
from tests.http.running import free_port
from tests.use_cases.talk import said

WITHIN = 60.0
"""Seconds in which a burst is to be dealt with."""
MOST_STATEMENTS = 20


@pytest.mark.timeout(900)
@pytest.mark.parametrize("provider", EVENTS)
def test_messages_are_admitted_at_half_of_the_floors_rate(
    sender: Sender, floor: Server, tmp_path: Path, figures: Figures, quick: bool, provider: str
) -> None:
    rounds, writes = (1, 16) if quick else (15, 600)
    founded, event = found(tmp_path), EVENTS[provider]
    made = {
        str(name): examples(founded.data, provider, event, writes, f"{provider}-{name}")
        for name in ("warm", *range(rounds + 1))
    }
    beside = {name: to_the_floor(requests, f"{provider}-{name}") for name, requests in made.items()}
    with starting("tests.benchmarks.desk", {**founded.environment, **ENVIRONMENT}) as desk:
        compared = compare(
            floor,
            desk,
            rounds,
            lambda name: sender.send(floor.port, beside[name], 200),
            lambda name: sender.send(desk.port, made[name], 200),
        )
    figures.add(
        f"{event} of {provider} admitted, by the floor", compared.told, "at least 0.5", compared.rates
    )
    assert quick or compared.ratio >= 0.5


@pytest.mark.timeout(900)
def test_a_burst_of_messages_is_dealt_with_within_a_minute_in_constant_memory(
    sender: Sender, tmp_path: Path, figures: Figures, quick: bool
) -> None:
    events = 240 if quick else 10_000
    founded, port = _with_a_number(found(tmp_path)), free_port()
    command = [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]
    held, took, rates, used = [], [], [], 0.0
    with serving(command, port, {**founded.environment, **ENVIRONMENT}) as desk:
        for part in range(3):
            deliveries = texts(founded.data, events, part)
            begun, before = time.perf_counter(), desk.processor()
            rates.append(sender.send(port, deliveries, 200).rate)
            highest = desk.resident()
            while _waiting(sender, port, founded):
                highest = max(highest, desk.resident())
                time.sleep(0.1)
            took.append(time.perf_counter() - begun)
            held.append(highest)
            used = desk.processor() - before
    figures.add(
        f"{events:,} messages of {CUSTOMERS:,} customers dealt with",
        f"{took[0]:.1f} s",
        f"less than {WITHIN:.0f} s",
        f"admitted at {rates[0]:,.0f}/s; {took[1]:.1f} and {took[2]:.1f} s the second and third time;"
        f" {used / events * 1e6:.0f} us of processor a message",
    )
    told = f"{held[1]:.0f} in the second, {held[2]:.0f} in the third"
    figures.add("memory in such a burst, at most", f"{held[0]:.0f} MiB", "not growing", told)
    with sqlite3.connect(founded.file) as store:
        states = store.execute("SELECT state, count(*) FROM webhook_events GROUP BY state").fetchall()
        (messages,) = store.execute("SELECT count(*) FROM conversations").fetchone()
        (tickets,) = store.execute("SELECT count(*) FROM tickets").fetchone()
        (customers,) = store.execute("SELECT count(*) FROM customers").fetchone()
    assert states == [("processed", 3 * events)]
    assert messages == 3 * events
    assert tickets == customers == min(CUSTOMERS, events * 3)
    assert quick or took[0] < WITHIN
    assert quick or held[2] - held[1] < 3, "it grows"


def test_a_message_takes_few_statements_however_many_there_are(
    tmp_path: Path, figures: Figures, quick: bool
) -> None:
    founded = _with_a_number(found(tmp_path))
    first, later = asyncio.run(_counted(founded, 120 if quick else 2000))
    figures.add(
        "statements to take a message in, at the first and among many",
        f"{first} and {later}",
        f"the same, at most {MOST_STATEMENTS}",
        "of somebody with an open ticket",
    )
    assert first == later <= MOST_STATEMENTS


async def _counted(founded: Founded, more: int) -> tuple[int, int]:
    """The statements of one message of a known customer, among few and among `more` of others."""
    kept = settings(founded.data)
    store = SqliteStore(kept.database, readers=1)
    desk = Container(settings=kept)
    desk.database.override(providers.Object(store))

    async def hear(name: str, by: str) -> None:
        message = said(name, by, 0, channel=Channel.SMS, account=OURS, at=datetime.now(UTC))
        occasion = Occasion(desk.clock()(), desk.new_id(), DESK)
        await store.transact(lambda work: hear_message(HearMessage(message), work, occasion))

    async with desk.desk().opened():
        ran = await watch_statements(store)
        await hear("a0", "+12125550000")
        counts = []
        for name in ("a1", "a2"):
            ran.clear()
            await hear(name, "+12125550000")
            counts.append(sum(NOT_OURS.match(statement.strip()) is None for statement in ran))
            for place in range(more):
                await hear(f"{name}-{place}", f"+1212555{1 + place % 900:04d}")
    return counts[0], counts[1]


def _with_a_number(founded: Founded) -> Founded:
    """The number that the messages go to is connected."""
    desk, home = Container(settings=settings(founded.data)), OrganizationId(founded.organization)

    async def connect() -> None:
        async with desk.desk().opened():
            await desk.connect_integration()(home, "sms", OURS, {})

    asyncio.run(connect())
    return founded


def _waiting(sender: Sender, port: int, founded: Founded) -> bool:
    """Whether an event is still to be dealt with."""
    for state in ("received", "failed"):
        asked = reading(f"/api/v1/webhook-events?state={state}&limit=1", founded.key)
        if orjson.loads(sender.send(port, [asked], 200, 1).answer.partition(b"\r\n\r\n")[2])["data"]:
            return True
    return False
