"""A day of three providers comes to the same whatever the order in which it is heard: the core alone, in memory."""

from collections.abc import Callable, Sequence
from random import Random

import pytest

from tests.fakes.days import Day, Told, a_day
from tests.fakes.outcomes import ended, hear, heard_in_order, must_agree
from tests.use_cases.conftest import a_bench

Order = Callable[[Day, Random], Sequence[Told]]


def shuffled(day: Day, random: Random) -> Sequence[Told]:
    """A third of it twice."""
    arriving = [*day.events, *random.choices(day.events, k=len(day.events) // 3)]
    random.shuffle(arriving)
    return arriving


def newest_first(day: Day, random: Random) -> Sequence[Told]:
    return day.events[::-1]


def after_hours_of_downtime(day: Day, random: Random) -> Sequence[Told]:
    """A third of the day was missed: it arrives again while the rest of the day goes on, each provider at its pace."""
    third = len(day.events) // 3
    before, missed, later = (
        day.events[:third],
        list(day.events[third : 2 * third]),
        list(day.events[2 * third :]),
    )
    random.shuffle(missed)
    mixed = [random.choice((missed, later)) for _ in range(2 * third)]
    return [*before, *(line.pop(0) for line in mixed if line), *missed, *later]


@pytest.mark.parametrize("order", [shuffled, newest_first, after_hours_of_downtime])
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_day_comes_to_the_same_in_whatever_order_it_is_heard(seed: int, order: Order) -> None:
    day, random, bench = a_day(seed), Random(seed), a_bench()
    arriving = order(day, random)
    assert {told.id for told in arriving} == {told.id for told in day.events}
    await day.begin_on(bench.desk)
    for told in arriving:
        await hear(bench, told)
        if random.random() < 0.5:
            await bench.run_jobs()
        bench.clock.pass_(seconds=random.choice((0, 0.1, 12)))
    must_agree(await ended(bench), await heard_in_order(day))
