"""Shops and payment providers: how fast they are taken in, a burst of several at once, and what an event costs."""

import asyncio
import sqlite3
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.jobs.engine import after_try
from helpdesk_adapters.providers import REGISTRY
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_core.ids import OrganizationId
from helpdesk_core.jobs import JobKind
from helpdesk_core.webhooks import Delivery
from tests.benchmarks.commerce import (
    BASE,
    CUSTOMERS,
    ENVIRONMENT,
    SHOP,
    examples,
    mixed,
    mixed_deliveries,
    settings,
    to_the_floor,
)
from tests.benchmarks.figures import Figures, compare
from tests.benchmarks.load import Sender
from tests.benchmarks.servers import Founded, Server, found, reading, serving, starting
from tests.benchmarks.statements import NOT_OURS, watch_statements
from tests.due_jobs import run_jobs
from tests.http.running import free_port

WITHIN = 60.0
"""Seconds in which a burst is to be dealt with."""
EVENTS = {
    "amazon": "ORDER_CHANGE",
    "shopify": "orders/updated",
    "stripe-connect": "account.updated",
}
"""By provider the event that is sent; those of Stripe's own are measured beside their burst."""

ENDINGS = ("account.application.deauthorized", "app/uninstalled", "customers/redact", "shop/redact")
"""After these the next event of the account means something else."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("provider", EVENTS)
def test_events_are_admitted_at_half_of_the_floors_rate(
    sender: Sender, floor: Server, tmp_path: Path, figures: Figures, quick: bool, provider: str
) -> None:
    usual = (9, 200) if provider == "amazon" else (15, 600)  # to sign as Amazon does takes long
    rounds, writes = (1, 16) if quick else usual
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
def test_a_burst_of_payments_and_orders_is_dealt_with_within_a_minute_in_constant_memory(
    sender: Sender, tmp_path: Path, figures: Figures, quick: bool
) -> None:
    events = 240 if quick else 9_996
    founded, port = _with_a_shop(found(tmp_path)), free_port()
    command = [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]
    held, took, rates, used = [], [], [], 0.0
    with serving(command, port, {**founded.environment, **ENVIRONMENT}) as desk:
        for part in range(3):
            deliveries = mixed(founded.data, events, part)
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
        f"{events:,} orders and payments dealt with",
        f"{took[0]:.1f} s",
        f"less than {WITHIN:.0f} s",
        f"admitted at {rates[0]:,.0f}/s; {took[1]:.1f} and {took[2]:.1f} s the second and third time;"
        f" {used / events * 1e6:.0f} us of processor an event",
    )
    told = f"{held[1]:.0f} in the second, {held[2]:.0f} in the third"
    figures.add("memory in such a burst, at most", f"{held[0]:.0f} MiB", "not growing", told)
    with sqlite3.connect(founded.file) as store:
        states = store.execute("SELECT state, count(*) FROM webhook_events GROUP BY state").fetchall()
        (orders,) = store.execute("SELECT count(*) FROM orders").fetchone()
    assert states == [("processed", 3 * events)]
    assert orders == events // 2
    assert quick or took[0] < WITHIN
    assert quick or held[2] - held[1] < 3, "it grows"


def test_an_event_takes_a_constant_number_of_statements(
    tmp_path: Path, figures: Figures, quick: bool
) -> None:
    founded = _with_a_shop(found(tmp_path))
    counted = asyncio.run(_counted(founded, 120 if quick else 3000))
    figures.add(
        "statements to deal with an event, at the first and among many",
        "the same" if all(first == later for first, later in counted.values()) else "different",
        "the same",
        ", ".join(f"{name} {first}" for name, (first, _) in counted.items()),
    )
    assert {name: counts for name, counts in counted.items() if counts[0] < counts[1]} == {}
    assert max(first for first, _ in counted.values()) <= 30


def _with_a_shop(founded: Founded) -> Founded:
    """Everything that the events are of is connected."""
    desk, home = Container(settings=settings(founded.data)), OrganizationId(founded.organization)

    async def connect() -> None:
        async with desk.desk().opened():
            for provider, account in (
                ("shopify", SHOP),
                ("stripe", "cus_BrightlaneBike"),
                ("stripe-connect", "acct_1QoBrightlane"),
                *(("stripe", f"cus_{number}") for number in range(CUSTOMERS)),
            ):
                await desk.connect_integration()(home, provider, account, {})

    asyncio.run(connect())
    return founded


async def _counted(founded: Founded, more: int) -> Mapping[str, tuple[int, int]]:
    """The number of statements by kind of event: of a first one, and of one among `more` others."""
    store = SqliteStore(
        settings(founded.data).database, readers=1
    )  # one that reads, so that it can be watched
    desk = Container(settings=settings(founded.data))
    desk.database.override(providers.Object(store))
    async with desk.desk().opened():
        await run_jobs(desk)
        ran = await watch_statements(store)
        warm, first = [await _count_all(desk, store, hour, ran) for hour in (0, 1)]
        for provider, delivery, id in mixed_deliveries(more, 0):
            await _receive(desk, provider, delivery, id)
        await run_jobs(desk, may_fail=True)
        later = await _count_all(desk, store, 2, ran)
    assert warm.keys() == first.keys() == later.keys()
    return {name: (first[name], later[name]) for name in first}


async def _count_all(desk: Container, store: SqliteStore, hour: int, ran: list[str]) -> dict[str, int]:
    """By event, of that hour: each is newer than the one before it."""
    counts = {}
    for provider in ("shopify", "stripe", "stripe-connect"):
        for event in REGISTRY[provider].webhooks.events:
            if event not in ENDINGS:
                counts[event] = await _count(desk, store, provider, event, hour, ran)
    return counts


async def _count(
    desk: Container, store: SqliteStore, provider: str, event: str, hour: int, ran: list[str]
) -> int:
    """The statements of the performance of one event, from reading it to its being settled."""
    entry, name = REGISTRY[provider], f"{hour}-{event}"
    body = entry.renew(entry.example(event), name, datetime.now(UTC) + timedelta(hours=hour))
    await _receive(desk, provider, entry.delivery(event, BASE, body), name)
    claimed = await store.job_table.claim(name, 50, desk.clock()())
    (job,) = [job for job in claimed if job.kind is JobKind.PERFORM_EVENT]
    ran.clear()
    await desk.perform_job()(job)
    made = sum(NOT_OURS.match(statement.strip()) is None for statement in ran)
    await store.job_table.settle(name, [after_try(one, None, desk.clock()(), 0) for one in claimed])
    await run_jobs(desk, may_fail=True)
    return made


async def _receive(desk: Container, provider: str, delivery: Delivery, name: str) -> None:
    entry = REGISTRY[provider]
    secret = entry.secret(desk.settings())
    signed = entry.sign(delivery, secret, desk.clock()(), name)
    await desk.receive_webhook()(entry.webhooks, [secret], signed)


def _waiting(sender: Sender, port: int, founded: Founded) -> bool:
    """Whether an event is still to be dealt with."""
    for state in ("received", "failed"):
        asked = reading(f"/api/v1/webhook-events?state={state}&limit=1", founded.key)
        if orjson.loads(sender.send(port, [asked], 200, 1).answer.partition(b"\r\n\r\n")[2])["data"]:
            return True
    return False
