"""Reports: figures as people ask for them, for some days, apart by day, channel and agent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from helpdesk_core.figures import (
    BAD,
    COUNTS,
    CREATED,
    FIRST_RESPONSE,
    GOOD,
    LONGEST,
    NOBODY,
    RECEIVED,
    REOPENED,
    RESOLUTION,
    SENT,
    TIMES,
    Figure,
    of_length,
    seconds_of,
)
from helpdesk_core.suggestions import counting


class GroupBy(StrEnum):
    """What a report keeps apart."""

    DAY = "day"
    CHANNEL = "channel"
    AGENT = "agent"


@frozen
class Group:
    """Which of the figures: those of one day, channel and agent, or of all where it is None.

    The agent NOBODY is nobody: no agent has, had or did it.
    """

    day: date | None = None
    channel: str | None = None
    agent_id: UUID | None = None


@frozen
class Times:
    """How long something took: how often there was such a time, in seconds the mean and the middle one.

    The middle one is right to a tenth: times of about the same length are counted together.
    """

    count: int
    mean: int | None
    median: int | None


@frozen
class Suggested:
    """What became of suggested replies, and what the model was asked for them; `cost` is in millionths of the currency
    of the prices, None where nothing has a price.
    """

    offered: int = 0
    used: int = 0
    edited: int = 0
    dismissed: int = 0
    gaps: int = 0
    model_fallbacks: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: int | None = None


@frozen
class Report:
    """The figures of one group. `backlog`: tickets neither resolved nor closed at the end of the (last) day."""

    group: Group
    tickets_created: int
    messages_in: int
    messages_out: int
    first_response: Times
    resolution: Times
    reopened: int
    backlog: int
    good: int
    bad: int
    suggestions: Suggested = Suggested()


MEASURES = (
    *COUNTS,
    *counting.SUGGESTION_MEASURES,
    *(name for time in TIMES for name in (time, *(of_length(time, n) for n in range(LONGEST + 1)))),
)
"""What is counted within the days of a report; its backlog is what has come together since the first day of all."""


def group_of(figure: Figure, by: Sequence[GroupBy]) -> Group:
    return Group(
        figure.day if GroupBy.DAY in by else None,
        figure.channel if GroupBy.CHANNEL in by else None,
        figure.agent_id if GroupBy.AGENT in by else None,
    )


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days) for days in range((last - first).days + 1)]


def reports_of(
    counts: Iterable[Figure],
    standing: Iterable[Figure],
    before: Iterable[Figure],
    first: date,
    last: date,
    by: Sequence[GroupBy],
) -> list[Report]:
    """The reports in order of their groups.

    `counts` and `standing` are figures of the days from `first` to `last`, `before` the standing up to the day before.
    By day alone, every day has a report; else whatever has no figures is left out, but for one report of everything
    where nothing is kept apart.
    """
    sums: dict[Group, dict[str, list[int]]] = {}
    for figure in counts:
        sum_ = sums.setdefault(group_of(figure, by), {}).setdefault(figure.measure, [0, 0])
        sum_[0] += figure.count
        sum_[1] += figure.total
    backlogs = _backlogs(standing, before, first, last, by)
    groups = {*sums, *(group for group, backlog in backlogs.items() if backlog)}
    if not by:
        groups.add(Group())
    elif set(by) == {GroupBy.DAY}:
        groups.update(Group(day) for day in days_of(first, last))
    return [
        _report(group, sums.get(group, {}), backlogs.get(group, 0)) for group in sorted(groups, key=_order)
    ]


def _backlogs(
    standing: Iterable[Figure], before: Iterable[Figure], first: date, last: date, by: Sequence[GroupBy]
) -> Mapping[Group, int]:
    whole = [one for one in by if one is not GroupBy.DAY]
    now: dict[Group, int] = {}
    for figure in before:
        group = group_of(figure, whole)
        now[group] = now.get(group, 0) + figure.count
    changes: dict[date, dict[Group, int]] = {}
    for figure in standing:
        group = group_of(figure, whole)
        of_day = changes.setdefault(figure.day, {})
        of_day[group] = of_day.get(group, 0) + figure.count
    ends: dict[Group, int] = {}
    for day in days_of(first, last) if GroupBy.DAY in by else sorted(changes):
        for group, count in changes.get(day, {}).items():
            now[group] = now.get(group, 0) + count
        if GroupBy.DAY in by:
            ends.update((Group(day, one.channel, one.agent_id), count) for one, count in now.items() if count)
    return ends if GroupBy.DAY in by else now


def _report(group: Group, sums: Mapping[str, Sequence[int]], backlog: int) -> Report:
    def count(measure: str) -> int:
        return sums.get(measure, (0, 0))[0]

    return Report(
        group=group,
        tickets_created=count(CREATED),
        messages_in=count(RECEIVED),
        messages_out=count(SENT),
        first_response=_times(FIRST_RESPONSE, sums),
        resolution=_times(RESOLUTION, sums),
        reopened=count(REOPENED),
        backlog=backlog,
        good=count(GOOD),
        bad=count(BAD),
        suggestions=_suggested(sums),
    )


def _suggested(sums: Mapping[str, Sequence[int]]) -> Suggested:
    counts = {measure: sums.get(measure, (0, 0)) for measure in counting.SUGGESTION_MEASURES}
    return Suggested(
        offered=counts[counting.OFFERED][0],
        used=counts[counting.USED][0],
        edited=counts[counting.EDITED][0],
        dismissed=counts[counting.DISMISSED][0],
        gaps=counts[counting.GAPS][0],
        model_fallbacks=counts[counting.FALLBACKS][0],
        prompt_tokens=counts[counting.PROMPT_TOKENS][1],
        completion_tokens=counts[counting.COMPLETION_TOKENS][1],
        cost=counts[counting.COST][1] if counts[counting.COST][0] else None,
    )


def _times(measure: str, sums: Mapping[str, Sequence[int]]) -> Times:
    count, total = sums.get(measure, (0, 0))
    if count <= 0:
        return Times(0, None, None)
    passed = 0
    for length in range(LONGEST + 1):
        passed += sums.get(of_length(measure, length), (0, 0))[0]
        if 2 * passed >= count:
            return Times(count, round(total / count), seconds_of(length))
    return Times(count, round(total / count), None)


def _order(group: Group) -> tuple[date, str, int]:
    agent_id = group.agent_id or NOBODY
    return group.day or date.min, group.channel or "", agent_id.int
