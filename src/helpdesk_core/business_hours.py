"""Business hours: when a desk is open, and how time is counted that passes only then.

Opening intervals are said in the wall clock of a time zone. An instant is open when that clock shows a time inside an
interval of its weekday, on a day that is no holiday: an hour that daylight saving repeats counts twice, one that it
leaves out does not count.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import frozen

from helpdesk_core.errors import InvalidValue

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MOST_INTERVALS = 50
MOST_HOLIDAYS = 400
HORIZON = timedelta(days=5 * 366)
"""So far ahead time is counted; what is due later is never due."""


@frozen
class Opening:
    """Open on `day` from `opens` until before `closes`, as `HH:MM`; `24:00` is the end of the day."""

    day: Day
    opens: str
    closes: str


@frozen
class BusinessHours:
    """When a desk is open, by the wall clock of an IANA time zone."""

    time_zone: str
    weekly: tuple[Opening, ...]
    holidays: tuple[date, ...] = ()


Pauses = Sequence[tuple[datetime, datetime | None]]
"""Times that do not count, in order; the last may not have ended yet."""


def due_at(
    start: datetime, minutes: int, hours: BusinessHours | None, pauses: Pauses = ()
) -> datetime | None:
    """When so many open minutes will have passed since `start`; None where that is beyond HORIZON, or the last pause
    has not ended and they have not passed before it. Without hours, every minute is open.
    """
    left = timedelta(minutes=minutes)
    for opens, closes in _without(_open_times(start, hours), pauses):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def open_time(start: datetime, end: datetime, hours: BusinessHours | None) -> timedelta:
    """How much of the time between is open."""
    passed = timedelta()
    for opens, closes in _open_times(start, hours):
        if opens >= end:
            break
        passed += min(closes, end) - opens
    return passed


def check_hours(hours: BusinessHours, path: str) -> None:
    """InvalidValue for an unknown zone, intervals that are none or overlap, or a desk that is never open."""
    if _zone(hours.time_zone) is None:
        raise InvalidValue(f"{path}.time_zone", "is not an IANA time zone, like Europe/Lisbon")
    if not 0 < len(hours.weekly) <= MOST_INTERVALS:
        raise InvalidValue(f"{path}.weekly", f"must be 1 to {MOST_INTERVALS} intervals")
    if len(hours.holidays) > MOST_HOLIDAYS:
        raise InvalidValue(f"{path}.holidays", f"must be {MOST_HOLIDAYS} days at most")
    for place, opening in enumerate(hours.weekly):
        if not _TIME.fullmatch(opening.opens) or not _TIME.fullmatch(opening.closes):
            raise InvalidValue(f"{path}.weekly[{place}]", "must be times like 09:00")
        if _minutes(opening.opens) >= _minutes(opening.closes):
            raise InvalidValue(f"{path}.weekly[{place}].closes", "must be later than opens")
    for day in DAYS:
        found = sorted((_minutes(one.opens), _minutes(one.closes)) for one in hours.weekly if one.day == day)
        if any(before[1] > after[0] for before, after in pairwise(found)):
            raise InvalidValue(f"{path}.weekly", f"has intervals of {day} that overlap")


def weekly_minutes(hours: BusinessHours) -> int:
    """Open minutes of a week without holidays."""
    return sum(_minutes(one.closes) - _minutes(one.opens) for one in hours.weekly)


Span = tuple[datetime, datetime]


def _open_times(start: datetime, hours: BusinessHours | None) -> Iterator[Span]:
    """The open times from `start` on, in order, as far as HORIZON."""
    start = start.astimezone(UTC)
    if not 1000 < start.year < 9990:  # nobody lives there, and calendars end soon after
        return
    end = start + HORIZON
    if hours is None:
        yield start, end
        return
    zone, week = _zone(hours.time_zone) or UTC, _week(hours)
    holidays = frozenset(hours.holidays)
    day = datetime.combine(start.date(), time(), UTC)
    while day < end:
        for since, until, offset in _constant(day, day + timedelta(days=1), zone):
            for opens, closes in _open_between(since + offset, until + offset, week, holidays):
                span = max(opens - offset, start), min(closes - offset, end)
                if span[0] < span[1]:
                    yield span
        day += timedelta(days=1)


def _constant(
    since: datetime, until: datetime, zone: tzinfo
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time between, in parts within which the zone's offset stays the same; it changes once a day at most."""
    first, last = _offset(since, zone), _offset(until, zone)
    if first == last:
        yield since, until, first
        return
    low, high = 0, int((until - since).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(since + timedelta(seconds=middle), zone) == first:
            low = middle
        else:
            high = middle
    change = since + timedelta(seconds=high)
    yield since, change, first
    yield change, until, last


def _open_between(
    since: datetime, until: datetime, week: Mapping[int, Sequence[tuple[int, int]]], holidays: frozenset[date]
) -> Iterator[Span]:
    """The open parts of a stretch of the wall clock."""
    day = datetime.combine(since.date(), time(), UTC)
    while day < until:
        if day.date() not in holidays:
            for opens, closes in week.get(day.weekday(), ()):
                span = max(since, day + timedelta(minutes=opens)), min(until, day + timedelta(minutes=closes))
                if span[0] < span[1]:
                    yield span
        day += timedelta(days=1)


def _without(times: Iterator[Span], pauses: Pauses) -> Iterator[Span]:
    """The times but for the pauses."""
    left = [*pauses]
    for opens, closes in times:
        while opens < closes:
            while left and left[0][1] is not None and left[0][1] <= opens:
                left.pop(0)
            if not left or left[0][0] >= closes:
                yield opens, closes
                break
            begins, ends = left[0]
            if opens < begins:
                yield opens, begins
            if ends is None:
                return
            opens = ends


def _offset(at: datetime, zone: tzinfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _week(hours: BusinessHours) -> Mapping[int, Sequence[tuple[int, int]]]:
    """Intervals in minutes of the day, by weekday, in order."""
    week: dict[int, list[tuple[int, int]]] = {}
    for one in hours.weekly:
        week.setdefault(DAYS.index(one.day), []).append((_minutes(one.opens), _minutes(one.closes)))
    return {day: sorted(found) for day, found in week.items()}


_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


@lru_cache(256)
def _zone(name: str) -> ZoneInfo | None:
    """The time zone, from the system's database or the package `tzdata`; None where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # what is no name at all may be a path, or too long for one
        return None
