"""How many requests a second, as a share of what bare routes reach on the same machine in the same minutes.

Eight connections; the floor and the desk in turn; the median of the rounds' ratios is what counts.
"""

import orjson
import pytest

from tests.benchmarks.figures import Figures, compare
from tests.benchmarks.load import Sender, request
from tests.benchmarks.servers import Founded, Server, reading, tickets, webhooks

pytestmark = pytest.mark.timeout(900)

ROUNDS, WRITES, READS = 25, 600, 1000


@pytest.fixture(scope="module")
def rounds(quick: bool) -> int:
    return 1 if quick else ROUNDS


@pytest.fixture(scope="module")
def writes(quick: bool) -> int:
    return 16 if quick else WRITES


@pytest.fixture(scope="module")
def reads(quick: bool) -> int:
    return 16 if quick else READS


def test_a_webhook_is_admitted_at_half_of_the_floors_rate(
    sender: Sender, desk: Server, floor: Server, figures: Figures, rounds: int, writes: int, quick: bool
) -> None:
    compared = compare(
        floor,
        desk,
        rounds,
        lambda name: sender.send(floor.port, webhooks("/webhook", writes, name), 200),
        lambda name: sender.send(desk.port, webhooks("/api/webhooks/resend", writes, name), 200),
    )
    figures.add("webhook admitted, by the floor", compared.told, "at least 0.5", compared.rates)
    assert quick or compared.ratio >= 0.5


def test_a_ticket_is_created_at_a_quarter_of_the_floors_rate(
    sender: Sender,
    desk: Server,
    floor: Server,
    founded: Founded,
    figures: Figures,
    rounds: int,
    writes: int,
    quick: bool,
) -> None:
    compared = compare(
        floor,
        desk,
        rounds,
        lambda name: sender.send(floor.port, webhooks("/webhook", writes, f"beside-{name}"), 200),
        lambda name: sender.send(desk.port, tickets(founded.key, writes, name), 201),
    )
    figures.add("ticket created, by the floor", compared.told, "at least 0.25", compared.rates)
    assert quick or compared.ratio >= 0.25


@pytest.fixture(scope="module")
def some_tickets(sender: Sender, desk: Server, founded: Founded) -> str:
    """There are tickets; the id of one."""
    opened = sender.send(desk.port, tickets(founded.key, 200, "some"), 201)
    found = orjson.loads(opened.answer.partition(b"\r\n\r\n")[2])["id"]
    return str(found)


@pytest.mark.parametrize("query", ["", "?status=open"], ids=["all", "open"])
def test_25_tickets_are_listed_at_a_quarter_of_the_rate_of_the_bare_query(
    sender: Sender,
    desk: Server,
    floor: Server,
    founded: Founded,
    some_tickets: str,
    figures: Figures,
    rounds: int,
    reads: int,
    quick: bool,
    query: str,
) -> None:
    compared = compare(
        floor,
        desk,
        rounds,
        lambda _: sender.send(floor.port, [request("GET", f"/tickets{query}")] * reads, 200),
        lambda _: sender.send(desk.port, [reading(f"/api/v1/tickets{query}", founded.key)] * reads, 200),
    )
    listed = "25 open tickets listed" if query else "25 tickets listed"
    figures.add(f"{listed}, by the bare query", compared.told, "at least 0.25", compared.rates)
    assert quick or compared.ratio >= 0.25


def test_a_ticket_is_read_at_a_quarter_of_the_rate_of_the_bare_query(
    sender: Sender,
    desk: Server,
    floor: Server,
    founded: Founded,
    some_tickets: str,
    figures: Figures,
    rounds: int,
    reads: int,
    quick: bool,
) -> None:
    compared = compare(
        floor,
        desk,
        rounds,
        lambda _: sender.send(floor.port, [request("GET", f"/tickets/{some_tickets}")] * reads, 200),
        lambda _: sender.send(
            desk.port, [reading(f"/api/v1/tickets/{some_tickets}", founded.key)] * reads, 200
        ),
    )
    figures.add("ticket read, by the bare query", compared.told, "at least 0.25", compared.rates)
    assert quick or compared.ratio >= 0.25
