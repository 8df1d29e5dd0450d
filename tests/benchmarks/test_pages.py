"""The pages of the desk: how soon they come, how small they are, and what keeping them open costs."""

import asyncio
import re
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import httpx2
import orjson
import pytest
from attrs import frozen
from dependency_injector import providers

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import Settings
from helpdesk_adapters.storage.sql.sqlite import SqliteStore
from helpdesk_http.app import create_app
from tests.benchmarks.browsing import Spoken, browsing, first_load, logged_in, spoken
from tests.benchmarks.figures import Figures
from tests.benchmarks.load import Sender, request
from tests.benchmarks.seeding import seeded
from tests.benchmarks.servers import Founded, Server, found, serving, starting, tickets
from tests.benchmarks.statements import Ask, count_statements, watch_statements
from tests.benchmarks.streams import allow_files, opened, until_all
from tests.http.running import free_port

pytestmark = pytest.mark.timeout(1800)

AGENTS = 200
SOON = 0.030
"""Seconds within which the desk answers with a page."""
PATIENCE = 5.0
"""Seconds for which a page is read again and again: a slow one is read less often."""
LARGEST = 60_000
LARGEST_AT_FIRST = 120_000
BUDGETED = ("inbox", "all tickets", "search for a word of all", "saved view", "ticket of 50 messages")
"""The pages that are to come soon among a million tickets."""


@frozen
class Large:
    """A large desk that is served, and what is read at it."""

    size: int
    server: Server
    cookie: str
    paths: Mapping[str, str]


@pytest.fixture(scope="module")
def large(quick: bool, sender: Sender) -> Iterator[Large]:
    size = 1000 if quick else 1_000_000
    founded = seeded(size)
    (cookie,) = logged_in(founded)
    with starting("tests.benchmarks.desk", founded.environment) as server:
        yield Large(size, server, cookie, _paths(founded, sender, server.port, size))


def _paths(founded: Founded, sender: Sender, port: int, size: int) -> Mapping[str, str]:
    ticket = spoken(sender, port, founded.key)
    view = _view(sender, port, founded.key, "At work", status=["open", "pending"], priority=["normal"])
    empty = _view(sender, port, founded.key, "Open and urgent", status=["open"], priority=["urgent"])
    with closing(sqlite3.connect(founded.file)) as raw:
        (busy,) = raw.execute("SELECT customer_id FROM tickets WHERE pk = 7").fetchone()
    return {
        "inbox": "/app",
        "all tickets": "/app?queue=all",
        "queues with their counts": "/app/queues?here=/app",
        "search for a word of all": "/app?q=leaks",
        "search for a word of a thousandth": "/app?q=c7",
        "search for one ticket": f"/app?q=order+{size - 1}",
        "saved view": f"/app?view={view}",
        "saved view in which nothing is": f"/app?view={empty}",
        "ticket of 50 messages": f"/app/tickets/{ticket.number}",
        "customer": f"/app/customers/{busy}",
        "customers": "/app/customers",
        "reports": "/app/reports",
        "what the palette finds": "/app/palette?q=kettle",
        "notifications": "/app/notifications",
    }


def _view(sender: Sender, port: int, key: str, name: str, **wanted: object) -> str:
    """The id of a saved view; a desk that is used again has it already."""
    authorization = f"Bearer {key}"
    asked = request("GET", "/api/v1/views", authorization=authorization)
    known = orjson.loads(sender.send(port, [asked], 200, 1).answer.partition(b"\r\n\r\n")[2])["data"]
    if same := [one for one in known if one["name"] == name]:
        return str(same[0]["id"])
    body = orjson.dumps({"name": name, "filter": wanted})
    asked = request("POST", "/api/v1/views", body, authorization=authorization)
    return str(orjson.loads(sender.send(port, [asked], 201, 1).answer.partition(b"\r\n\r\n")[2])["id"])


def test_a_page_of_a_desk_of_a_million_tickets_comes_within_thirty_milliseconds(
    large: Large, figures: Figures, quick: bool
) -> None:
    rounds = 3 if quick else 200
    slow: dict[str, float] = {}
    heavy: dict[str, int] = {}
    with browsing(large.server.port, large.cookie) as browser:
        for name, path in large.paths.items():
            answer = browser.get(path)
            assert answer.status == 200, (name, answer.body[:500])
            warm = min(browser.get(path).seconds for _ in range(2 if quick else 10))
            most = max(2, int(PATIENCE / warm))
            busy = large.server.processor()
            taken = [browser.get(path).seconds * 1000 for _ in range(min(rounds, most))]
            busy = (large.server.processor() - busy) / len(taken)
            latest = quantiles(taken, n=100)[98]
            figures.add(
                f"page among {large.size:,} tickets: {name}",
                f"{median(taken):.1f} ms",
                "< 30 ms",
                f"p99 {latest:.1f} ms; {busy * 1000:.1f} ms of processor;"
                f" {len(answer.body) / 1000:.1f} kB of HTML, {len(answer.sent) / 1000:.1f} kB sent",
            )
            if name in BUDGETED and min(busy, median(taken) / 1000) > SOON:
                slow[name] = median(taken)
            if len(answer.body) > LARGEST:
                heavy[name] = len(answer.body)
    assert heavy == {}
    assert quick or slow == {}


@pytest.mark.parametrize("name", ["inbox", "ticket of 50 messages"])
def test_all_that_a_browser_loads_at_first_is_less_than_120_kilobytes(
    large: Large, figures: Figures, name: str
) -> None:
    with browsing(large.server.port, large.cookie) as browser:
        sizes = first_load(browser, large.paths[name])
    largest = sorted(sizes.items(), key=lambda one: -one[1])[:3]
    figures.add(
        f"first load: {name}",
        f"{sum(sizes.values()) / 1000:.0f} kB",
        "< 120 kB",
        f"{len(sizes)} files; " + ", ".join(f"{path} {size / 1000:.0f}" for path, size in largest),
    )
    assert sum(sizes.values()) < LARGEST_AT_FIRST, sizes


def test_every_page_makes_a_constant_number_of_statements(
    tmp_path: Path, figures: Figures, quick: bool
) -> None:
    more = 60 if quick else 1000
    counted = asyncio.run(_counted(found(tmp_path), more))
    figures.add(
        f"statements a page, at 1 ticket and at {more:,}",
        "the same" if all(len(set(counts)) == 1 for counts in counted.values()) else "different",
        "the same",
        ", ".join(f"{name} {counts[1]}" for name, counts in counted.items()),
    )
    assert min(counts[0] for counts in counted.values()) > 0, "something was not counted"
    assert {name: counts for name, counts in counted.items() if len(set(counts)) > 1} == {}


async def _counted(founded: Founded, more: int) -> Mapping[str, list[int]]:
    """The number of statements by page: while there is hardly anything, and among `more` tickets."""
    (cookie,) = await asyncio.to_thread(logged_in, founded)
    settings = Settings(data_dir=founded.data, inbound_email_domain="desk.example", api_rate_limit=None)
    store = SqliteStore(settings.database, readers=1)  # one connection that reads, so that it can be watched
    desk = Container(settings=settings)
    desk.database.override(providers.Object(store))
    app = create_app(desk, jobs=False)
    async with app.router.lifespan_context(app):
        ran = await watch_statements(store)
        headers = {"authorization": f"Bearer {founded.key}", "cookie": cookie}
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://desk.example", headers=headers
        ) as client:
            opened_one = (await _open(client, 0)).json()
            pages = _pages(client, opened_one["number"], opened_one["customer_id"])
            for ask in pages.values():
                await ask()
            first = {name: await count_statements(ask, ran) for name, ask in pages.items()}
            for number in range(more):
                await _open(client, number)
                if number % 4 == 0:
                    body = {"kind": "note", "text": f"Call her. ({number})"}
                    await client.post(f"/api/v1/tickets/{opened_one['id']}/conversations", json=body)
            await desk.follow_log()()
            for ask in pages.values():
                await ask()  # what is done once only: what was told of a ticket counts as read
            second = {name: await count_statements(ask, ran) for name, ask in pages.items()}
    return {name: [first[name], second[name]] for name in pages}


def _pages(client: httpx2.AsyncClient, number: int, customer: str) -> dict[str, Ask]:
    paths = {
        "inbox": "/app",
        "all": "/app?queue=all",
        "queues": "/app/queues?here=/app",
        "search": "/app?q=kettle",
        "ticket": f"/app/tickets/{number}",
        "customer": f"/app/customers/{customer}",
        "customers": "/app/customers",
        "reports": "/app/reports",
        "notifications": "/app/notifications",
        "palette": "/app/palette?q=kettle",
        "articles": "/app/articles",
        "held": "/app/held",
    }
    return {name: partial(client.get, path) for name, path in paths.items()}


async def _open(client: httpx2.AsyncClient, number: int) -> httpx2.Response:
    body = {
        "subject": "The kettle leaks",
        "message": "It leaks.",
        "customer": {"email": f"ida{number % 50}@garden.example", "name": "Ida"},
    }
    answer = await client.post("/api/v1/tickets", json=body)
    assert answer.status_code == 201, answer.text
    return answer


def test_two_hundred_agents_fit_into_120_mib_and_see_a_message_within_200_milliseconds(
    sender: Sender, tmp_path: Path, figures: Figures, quick: bool
) -> None:
    number = 20 if quick else AGENTS
    allow_files(number + 200)
    founded, port = found(tmp_path), free_port()
    cookies = logged_in(founded, number)
    command = [sys.executable, "-m", "helpdesk_http.cli", "serve", "--port", str(port)]
    with serving(command, port, founded.environment) as desk:
        sender.send(port, tickets(founded.key, 40, "warm"), 201)
        ticket = spoken(sender, port, founded.key, 10)
        idle = desk.resident()
        listeners = _at_their_desks(port, cookies, ticket)
        connected = desk.resident() - idle
        told = [
            _told_within(sender, port, founded.key, ticket, listeners, place)
            for place in range(2 if quick else 20)
        ]
        after = desk.resident() - idle
        for one in listeners:
            one.close()
    figures.add(
        f"{number} agents with a page open",
        f"{connected:.0f} MiB",
        "< 120 MiB above idle",
        f"{after:.0f} MiB after {len(told)} messages; {idle:.0f} MiB idle",
    )
    figures.add(
        f"a message on the pages of {number} agents",
        f"{median(told) * 1000:.0f} ms",
        "< 200 ms",
        f"the last of them, from before it is posted; at most {max(told) * 1000:.0f} ms",
    )
    assert quick or after < 120
    assert quick or median(told) < 0.2


def _at_their_desks(port: int, cookies: Sequence[str], ticket: Spoken) -> list[socket.socket]:
    """Every agent has read the inbox and a ticket, which stays open."""
    for cookie in cookies:
        with browsing(port, cookie) as browser:
            assert browser.get("/app").status == 200
            assert browser.get(f"/app/tickets/{ticket.number}").status == 200
    path = f"/app/live?after=&ticket={ticket.number}"
    return opened(port, [request("GET", path, cookie=cookie) for cookie in cookies], b": here")


def _told_within(
    sender: Sender, port: int, key: str, ticket: Spoken, listeners: list[socket.socket], place: int
) -> float:
    """Seconds from before a message is posted until the last of them is told of it."""
    path = f"/api/v1/tickets/{ticket.id}/conversations"
    body = orjson.dumps({"kind": "inbound", "text": f"Is anybody there? ({place})"})
    begun = time.perf_counter()
    answer = sender.send(port, [request("POST", path, body, authorization=f"Bearer {key}")], 201, 1).answer
    said = re.search(rb'"id":"([0-9a-f-]+)"', answer)
    assert said is not None
    until_all(listeners, said[1])
    return time.perf_counter() - begun
