"""Times, numbers and amounts are read as vendors write them, or count as absent."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_adapters.web.vendor_values import (
    LARGEST_COUNT,
    MILLISECOND,
    amount,
    count,
    mail_address,
    moment,
    since_1970,
    whole,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-11-22T12:00:00Z", "2026-11-22T13:00:00+01:00", "2026-11-22T12:00:00", "2026-11-22T12:00:00.000Z"],
)
def test_a_time_is_utc_whatever_its_zone_and_without_one(text: str) -> None:
    assert repr(moment(text)) == repr(NOON)


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-02-30", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_absent(text: str | None) -> None:
    assert moment(text) is None


def test_seconds_and_milliseconds_since_1970_are_times() -> None:
    assert since_1970(1_795_348_800) == NOON
    assert since_1970(1_795_348_800_000, MILLISECOND) == NOON
    assert since_1970(0) == datetime(1970, 1, 1, tzinfo=UTC)


@given(st.integers())
def test_any_number_is_a_time_or_absent(number: int) -> None:
    assert since_1970(None) is None
    assert since_1970(10**400) is None
    found = since_1970(number)
    assert found is None or found.timestamp() == number


def test_numbers_that_cannot_be_kept_exactly_are_absent() -> None:
    assert [whole(number) for number in (None, 0, -(2**53), 2**53, 2**53 + 1)] == [
        None,
        0,
        -(2**53),
        2**53,
        None,
    ]


def test_a_count_is_never_less_than_none_nor_more_than_a_column_holds() -> None:
    assert [count(number) for number in (-1, 0, 3, 10**30)] == [0, 0, 3, LARGEST_COUNT]


@pytest.mark.parametrize("text", [None, "", "free", "NaN", "Infinity", "1e5", "1,5", "1_000", "9" * 31])
def test_what_is_no_amount_is_absent(text: str | None) -> None:
    assert amount(text) is None


def test_an_amount_keeps_every_digit() -> None:
    assert str(amount("1249.50")) == "1249.50"
    assert amount("-0.005") == Decimal("-0.005")


def test_an_address_is_compared_in_small_letters() -> None:
    assert [mail_address(text) for text in (None, "", "  ", " Ida@Garden.example ")] == [
        None,
        None,
        None,
        "ida@garden.example",
    ]


@pytest.mark.parametrize("text", ["1e1000000", "1e-1000000", "１２", " 1", "1\n", "1."])
def test_an_amount_of_a_million_zeros_does_not_keep_its_order_from_being_read(text: str) -> None:
    assert amount(text) is None
