"""What a desk of a million tickets costs more than one of a thousand."""

import pytest

from tests.benchmarks.figures import Figures, compare
from tests.benchmarks.load import Sender
from tests.benchmarks.seeding import seeded
from tests.benchmarks.servers import reading, starting


@pytest.mark.timeout(900)
def test_the_newest_open_tickets_of_a_million_come_as_fast_as_those_of_a_thousand(
    sender: Sender, figures: Figures, quick: bool
) -> None:
    few, many, rounds, requests = (100, 1000, 1, 16) if quick else (1000, 1_000_000, 25, 300)
    small, large = seeded(few), seeded(many)
    with (
        starting("tests.benchmarks.desk", small.environment) as at_few,
        starting("tests.benchmarks.desk", large.environment) as at_many,
    ):
        path = "/api/v1/tickets?status=open&limit=25"
        compared = compare(
            at_few,
            at_many,
            rounds,
            lambda _: sender.send(at_few.port, [reading(path, small.key)] * requests, 200, connections=1),
            lambda _: sender.send(at_many.port, [reading(path, large.key)] * requests, 200, connections=1),
        )
    times = 1 / compared.ratio
    name = f"25 open tickets of {many:,} listed, by the time of {few:,}"
    figures.add(name, f"{times:.2f}", "at most 1.3", compared.rates)
    assert quick or times <= 1.3
