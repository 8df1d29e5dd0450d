"""Business hours against an oracle that looks at every single minute."""

from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_core.business_hours import (
    DAYS,
    HORIZON,
    BusinessHours,
    Opening,
    Pauses,
    check_hours,
    due_at,
    open_time,
    weekly_minutes,
)
from helpdesk_core.errors import InvalidValue

MINUTE = timedelta(minutes=1)
ZONES = [
    "UTC",
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Lord_Howe",  # moves its clock by half an hour
    "Asia/Kathmandu",  # a quarter of an hour beside the others
    "America/Sao_Paulo",  # moved its clock at midnight
    "Pacific/Apia",  # left out a day
]
AROUND = [
    datetime(2026, 3, 28, 20, tzinfo=UTC),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
    datetime(2026, 3, 7, 20, tzinfo=UTC),
    datetime(2026, 10, 31, 20, tzinfo=UTC),
    datetime(2026, 4, 4, 10, tzinfo=UTC),
    datetime(2018, 11, 3, 20, tzinfo=UTC),
    datetime(2011, 12, 29, 12, tzinfo=UTC),
    datetime(2026, 6, 5, 12, tzinfo=UTC),
]
"""Just before clocks are moved, in one of the zones; and one weekend in summer."""


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def calendars(draw: st.DrawFn) -> BusinessHours:
    weekly = []
    for day in draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)):
        times = sorted(draw(st.lists(st.integers(0, 1440), min_size=2, max_size=4, unique=True)))
        weekly += [
            Opening(day, clock(opens), clock(closes))
            for opens, closes in zip(times[::2], times[1::2], strict=False)
        ]
    days = st.integers(0, 4).map(lambda after: start_day + timedelta(days=after))
    start = draw(st.sampled_from(AROUND))
    start_day = start.date()
    holidays = draw(st.lists(days, max_size=2, unique=True))
    return BusinessHours(draw(st.sampled_from(ZONES)), tuple(weekly), tuple(holidays))


starts = st.builds(
    lambda at, minutes: at + timedelta(minutes=minutes), st.sampled_from(AROUND), st.integers(0, 2880)
)
calendars_or_none = st.none() | calendars()


def is_open(at: datetime, hours: BusinessHours | None) -> bool:
    if hours is None:
        return True
    local = at.astimezone(ZoneInfo(hours.time_zone))
    minute = local.hour * 60 + local.minute
    return local.date() not in hours.holidays and any(
        one.day == DAYS[local.weekday()] and _minutes(one.opens) <= minute < _minutes(one.closes)
        for one in hours.weekly
    )


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def oracle(
    start: datetime, minutes: int, hours: BusinessHours | None, pauses: Pauses, most: int
) -> datetime | None:
    """Walks minute by minute; None where it has not got there after `most`."""
    at = start
    for _ in range(most):
        paused = any(begins <= at and (ends is None or at < ends) for begins, ends in pauses)
        if is_open(at, hours) and not paused:
            minutes -= 1
            if minutes == 0:
                return at + MINUTE
        at += MINUTE
    return None


@st.composite
def pauses_after(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Pauses in minutes after the start, in order, apart."""
    times = sorted(draw(st.lists(st.integers(0, 3000), max_size=6, unique=True)))
    return list(zip(times[::2], times[1::2], strict=False))


@given(starts, st.integers(1, 1500), calendars_or_none, pauses_after())
def test_due_times_are_those_of_a_minute_by_minute_walk(
    start: datetime, minutes: int, hours: BusinessHours | None, paused: list[tuple[int, int]]
) -> None:
    pauses = [(start + begins * MINUTE, start + ends * MINUTE) for begins, ends in paused]
    expected = oracle(start, minutes, hours, pauses, 14 * 1440)
    found = due_at(start, minutes, hours, pauses)
    if expected is not None:
        assert found == expected
    else:
        assert found is None or found > start + 14 * 1440 * MINUTE


@given(starts, st.integers(0, 6000), calendars_or_none)
def test_open_time_is_that_of_a_minute_by_minute_walk(
    start: datetime, length: int, hours: BusinessHours | None
) -> None:
    passed = sum(is_open(start + minute * MINUTE, hours) for minute in range(length))
    assert open_time(start, start + length * MINUTE, hours) == passed * MINUTE


@given(starts, st.integers(1, 3000), st.timedeltas(timedelta(), timedelta(days=3)), calendars_or_none)
def test_a_pause_moves_what_is_due_by_the_open_time_it_takes(
    start: datetime, minutes: int, length: timedelta, hours: BusinessHours | None
) -> None:
    due = due_at(start, minutes, hours)
    if due is None or due - start < MINUTE:
        return
    begins = start + (due - start) / 2
    later = due_at(start, minutes, hours, [(begins, begins + length)])
    assert later is not None
    open_in_pause = open_time(begins, begins + length, hours)
    assert open_time(start, later, hours) == timedelta(minutes=minutes) + open_in_pause
    assert due_at(start, minutes, hours, [(begins, begins)]) == due


@given(starts, st.integers(1, 600), calendars())
def test_what_is_due_is_due_within_opening_hours(start: datetime, minutes: int, hours: BusinessHours) -> None:
    due = due_at(start, minutes, hours)
    assert due is None or is_open(due - timedelta(microseconds=1), hours)


def test_a_weekend_and_a_holiday_pass_without_counting() -> None:
    hours = BusinessHours(
        "Europe/Lisbon", tuple(Opening(day, "09:00", "17:00") for day in DAYS[:5]), (date(2026, 4, 6),)
    )
    friday = datetime(2026, 4, 3, 15, 30, 20, tzinfo=UTC)  # 16:30 in Lisbon
    assert due_at(friday, 60, hours) == datetime(2026, 4, 7, 8, 30, 20, tzinfo=UTC)
    assert due_at(friday, 30, hours, [(friday, None)]) is None


def test_the_hour_that_is_repeated_counts_twice_and_the_one_left_out_does_not() -> None:
    hours = BusinessHours("America/New_York", (Opening("sunday", "01:00", "03:00"),))
    autumn, spring = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 3, 8, 4, tzinfo=UTC)
    day = timedelta(days=1)
    assert open_time(autumn, autumn + day, hours) == timedelta(hours=3)
    assert open_time(spring, spring + day, hours) == timedelta(hours=1)


def test_what_lies_beyond_the_horizon_is_never_due_and_costs_little() -> None:
    hours = BusinessHours("Europe/Lisbon", (Opening("monday", "09:00", "09:01"),))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    began = process_time()
    assert due_at(start, 1000, hours) is None
    assert process_time() - began < 1
    due = due_at(start, 250, hours)
    assert due is not None
    assert due < start + HORIZON


@pytest.mark.parametrize("year", [1, 999, 9991, 9999])
def test_times_at_the_ends_of_the_calendar_are_never_due(year: int) -> None:
    assert due_at(datetime(year, 12, 31, 23, 59, tzinfo=UTC), 5, None) is None


@pytest.mark.parametrize(
    ("zone", "weekly", "path"),
    [
        ("Europe/Atlantis", (Opening("monday", "09:00", "17:00"),), "hours.time_zone"),
        ("../etc/passwd", (Opening("monday", "09:00", "17:00"),), "hours.time_zone"),
        ("", (Opening("monday", "09:00", "17:00"),), "hours.time_zone"),
        ("x" * 5000, (Opening("monday", "09:00", "17:00"),), "hours.time_zone"),
        ("a\0b", (Opening("monday", "09:00", "17:00"),), "hours.time_zone"),
        ("UTC", (), "hours.weekly"),
        ("UTC", (Opening("monday", "9:00", "17:00"),), "hours.weekly[0]"),
        ("UTC", (Opening("monday", "17:00", "09:00"),), "hours.weekly[0].closes"),
        ("UTC", (Opening("monday", "09:00", "09:00"),), "hours.weekly[0].closes"),
        (
            "UTC",
            (Opening("monday", "12:00", "17:00"), Opening("monday", "09:00", "12:01")),
            "hours.weekly",
        ),
    ],
)
def test_hours_that_are_none_are_refused(zone: str, weekly: tuple[Opening, ...], path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_hours(BusinessHours(zone, weekly), "hours")
    assert refused.value.path == path


def test_intervals_may_touch_and_reach_midnight() -> None:
    weekly = (Opening("monday", "09:00", "12:00"), Opening("monday", "12:00", "24:00"))
    hours = BusinessHours("UTC", weekly)
    check_hours(hours, "hours")
    assert weekly_minutes(hours) == 15 * 60
    monday = datetime(2026, 4, 6, 23, 30, tzinfo=UTC)
    assert due_at(monday, 30, hours) == datetime(2026, 4, 7, tzinfo=UTC)
