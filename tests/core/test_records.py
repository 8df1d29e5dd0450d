"""Whatever providers tell of a thing, in whatever order and how often: what is known in the end is the same."""

from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.billing import (
    PaymentMethod,
    subscription_shown,
)
from helpdesk_core.records import Record, joined, says_more
from tests import strategies as some
from tests.contracts.builders import a_subscription, after
from tests.record_kinds import RECORD_KINDS


@st.composite
def words(draw: st.DrawFn) -> list[Record]:
    """Up to four words about one thing, each of an event of its own."""
    kind = draw(st.sampled_from(RECORD_KINDS))
    told: list[Any] = draw(st.lists(some.records(kind), min_size=1, max_size=4))
    same = []
    for number, record in enumerate(told):
        stamp = evolve(record.stamp, event_id=f"evt_{number}")
        word = evolve(record, provider="stripe", account="cus_1", external_id="1", stamp=stamp)
        if isinstance(word, PaymentMethod):
            word = _whole_or_bare(word)
        same.append(word)
    return same


def _whole_or_bare(word: PaymentMethod) -> PaymentMethod:
    """An event tells all of a card's looks, or nothing of them."""
    if word.details_stamp is not None:
        return evolve(word, details_stamp=word.stamp)
    return evolve(word, type=None, brand=None, last4=None, exp_month=None, exp_year=None)


@given(words())
def test_the_order_of_words_and_their_repetition_make_no_difference(told: list[Record]) -> None:
    expected = reduce(joined, told)
    for order in permutations(told):
        assert reduce(joined, order) == expected
        assert reduce(joined, [*order, *order]) == expected


@given(words())
def test_words_may_be_joined_in_any_grouping(told: list[Record]) -> None:
    halves = [told[: len(told) // 2], told[len(told) // 2 :]]
    grouped = reduce(joined, [reduce(joined, half) for half in halves if half])
    assert grouped == reduce(joined, told)


@given(words())
def test_what_is_final_stays_final(told: list[Record]) -> None:
    assert reduce(joined, told).final == any(word.final for word in told)


@given(words())
def test_a_word_heard_again_says_nothing_more(told: list[Record]) -> None:
    known = reduce(joined, told)
    assert not any(says_more(known, joined(known, word)) for word in told)
    assert says_more(None, known)


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        (["canceled", "active", "incomplete"], "active"),
        (["active", "trialing"], "trialing"),
        (["incomplete", "canceled"], "incomplete"),
        (["canceled", "incomplete_expired"], "incomplete_expired"),
        ([], None),
    ],
)
def test_of_several_subscriptions_the_one_in_force_is_shown_else_the_newest(
    statuses: list[str], shown: str | None
) -> None:
    """Here each is newer than the one before it."""
    known = [a_subscription(status=status, created_at=after(n)) for n, status in enumerate(statuses)]
    found = subscription_shown(known)
    assert (found.status if found else None) == shown
