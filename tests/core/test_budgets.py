"""Budgets: so much at once, and as much again with time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.budgets import LONGEST, Allowance, Budget, filled, full, is_tripped, spend, tripped
from helpdesk_core.ids import OrganizationId

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)
FIVE = Allowance(5, timedelta(hours=1))
HOME = OrganizationId(UUID(int=1))


def spent(*minutes: float) -> tuple[list[bool], Budget]:
    """What becomes of one attempt at each of these minutes after noon."""
    budget, answers = full(HOME, "answers", FIVE, NOON), []
    for minute in minutes:
        allowed, budget = spend(budget, FIVE, NOON + timedelta(minutes=minute))
        answers.append(allowed)
    return answers, budget


def test_so_much_is_allowed_at_once_and_no_more() -> None:
    assert spent(0, 0, 0, 0, 0, 0, 0)[0] == [True] * 5 + [False] * 2


def test_it_fills_up_again_evenly() -> None:
    assert spent(0, 0, 0, 0, 0, 11, 12, 13)[0] == [True] * 5 + [False, True, False]


def test_what_is_refused_takes_nothing() -> None:
    assert spent(*[0] * 5, *range(1, 12))[0] == [True] * 5 + [False] * 11
    assert spent(*[0] * 5, *range(1, 13))[0][-1]


def test_a_clock_that_was_set_back_fills_nothing_and_takes_nothing() -> None:
    _, budget = spent(0, 0, 0)
    back = filled(budget, FIVE, NOON - timedelta(hours=5))
    assert back == budget


def test_a_tripped_budget_rests_as_long_as_it_takes_to_fill_up() -> None:
    _, budget = spent(0, 0, 0, 0, 0)
    resting = tripped(budget, FIVE, NOON)
    assert is_tripped(resting)
    assert not spend(resting, FIVE, NOON + timedelta(minutes=59))[0]
    assert tripped(resting, FIVE, NOON + timedelta(minutes=30)).remaining > resting.remaining
    assert spend(resting, FIVE, NOON + timedelta(minutes=73))[0]


def test_every_budget_is_full_after_so_long_without_use() -> None:
    _, budget = spent(0, 0, 0, 0, 0)
    assert filled(tripped(budget, FIVE, NOON), FIVE, NOON + LONGEST).remaining == FIVE.most


@given(st.lists(st.floats(0, 600), max_size=60).map(sorted))
def test_in_no_hour_is_there_more_than_twice_the_allowance(minutes: list[float]) -> None:
    answers, _ = spent(*minutes)
    allowed = [minute for minute, answer in zip(minutes, answers, strict=True) if answer]
    for start in allowed:
        assert sum(start <= minute < start + 60 for minute in allowed) <= 2 * FIVE.most
