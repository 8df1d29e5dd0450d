"""Figures of the desk for its people; those for Prometheus are in `metrics`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from attrs import asdict, frozen

from helpdesk_adapters.container import Container
from helpdesk_core.figures import NOBODY
from helpdesk_core.reports import Group, GroupBy, Report, Suggested, Times
from helpdesk_core.suggestions.counting import MILLIONTHS
from helpdesk_core.tickets import Channel, Status
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import Scope
from helpdesk_http.fields import About, Many
from helpdesk_http.operations import Operation, key, operation
from helpdesk_http.who import Caller

USUAL_DAYS = 30

Day = Annotated[date, About(doc="A day in UTC.", example="2026-04-06")]
Whose = Annotated[UUID | None, About(doc="Null: no agent.")]


@frozen(kw_only=True)
class FiguresQuery:
    """Which days, both included (the last 30 unless told), and what is kept apart: one or several."""

    from_: Day | None = None
    to: Day | None = None
    group_by: Annotated[tuple[GroupBy, ...], Many(max=3)] = ()


@frozen(kw_only=True)
class BacklogQuery:
    """What is kept apart."""

    group_by: Annotated[tuple[Literal["channel", "agent"], ...], Many(max=2)] = ()


@frozen
class TimesView:
    """How long something took, in seconds; null where there was nothing."""

    count: int
    mean_seconds: int | None
    median_seconds: Annotated[
        int | None,
        About(doc="Right to a tenth: times of about the same length are counted together."),
    ]


@frozen
class SatisfactionView:
    """How customers rated tickets on these days; of one who changed their mind the last rating counts."""

    good: int
    bad: int
    score: Annotated[float | None, About(doc="The share of good ones; null without ratings.", example=0.94)]


@frozen(kw_only=True)
class SuggestionFiguresView:
    """What became of suggested replies, under who asked for them or acted on them; automatic ones are nobody's."""

    offered: int
    used: Annotated[int, About(doc="Sent as they were.")]
    edited: Annotated[int, About(doc="Sent with changes.")]
    dismissed: int
    gaps: Annotated[int, About(doc="Questions that found nothing; they are not among the offered.")]
    model_fallbacks: Annotated[int, About(doc="Written without the model, since it failed.")]
    prompt_tokens: int
    completion_tokens: int
    cost: Annotated[
        Decimal | None,
        About(doc="In the currency of the configured prices; null without prices.", example="0.012345"),
    ]


@frozen(kw_only=True)
class FiguresView:
    """What happened on these days, and what was left at the end of the last."""

    tickets_created: int
    messages_in: Annotated[int, About(doc="From customers.")]
    messages_out: Annotated[int, About(doc="Answers; neither notes nor what the desk says by itself.")]
    first_response: Annotated[
        TimesView, About(doc="From a ticket's beginning to the first answer; under who answered.")
    ]
    resolution: Annotated[
        TimesView,
        About(
            doc="From a ticket's beginning to its resolution, each time it was resolved; under its assignee."
        ),
    ]
    reopened: Annotated[int, About(doc="Tickets that were resolved or closed and no longer are.")]
    backlog: Annotated[
        int,
        About(
            doc="Tickets neither resolved nor closed when the last of the days ended; under their assignees."
        ),
    ]
    satisfaction: SatisfactionView
    suggestions: SuggestionFiguresView


@frozen(kw_only=True)
class GroupView(FiguresView):
    """The figures of one day, channel or agent, as `group_by` asks for."""

    day: Day | Unset = UNSET
    channel: Channel | Unset = UNSET
    agent_id: Whose | Unset = UNSET


@frozen(kw_only=True)
class MetricsView:
    """A report."""

    from_: Day
    to: Day
    group_by: Sequence[GroupBy]
    total: FiguresView
    data: Annotated[Sequence[GroupView], About(doc="One each group, in order; none without `group_by`.")]


@frozen(kw_only=True)
class StandingView:
    """How many tickets stand in each status."""

    channel: Channel | Unset = UNSET
    agent_id: Whose | Unset = UNSET
    open: int
    pending: int
    on_hold: int
    resolved: int
    closed: int


@frozen
class BacklogView:
    """How many tickets there are now, merged and deleted ones left out."""

    total: StandingView
    data: Annotated[Sequence[StandingView], About(doc="One each group; none without `group_by`.")]


async def read_figures(desk: Container, who: Caller, query: FiguresQuery) -> MetricsView:
    """Read metrics: volume, response and resolution times, backlog, satisfaction.

    Everything is counted on the day in UTC on which it occurred, within a moment after it happened; imported history on
    the days of old. Grouped by day alone, every day is there; else groups without figures are left out. At most 400
    days at once.
    """
    today = desk.clock()().astimezone(UTC).date()
    last = query.to or max(query.from_ or today, today)
    first = query.from_ or date.fromordinal(max(1, last.toordinal() - USUAL_DAYS + 1))
    by = tuple(dict.fromkeys(query.group_by))
    total, groups = await desk.read_figures().report(who.organization_id, first, last, by)
    return MetricsView(
        from_=first,
        to=last,
        group_by=by,
        total=FiguresView(**_figures(total)),
        data=[GroupView(**_figures(one), **_keys(one.group, by)) for one in groups] if by else [],
    )


async def read_backlog(desk: Container, who: Caller, query: BacklogQuery) -> BacklogView:
    """Read how many tickets there are now, by status."""
    by = tuple(GroupBy(one) for one in dict.fromkeys(query.group_by))
    figures = desk.read_figures()
    found = await figures.standing(who.organization_id, by)
    total = {status: sum(counts.get(status, 0) for counts in found.values()) for status in Status}
    data = (
        [StandingView(**_keys(group, by), **_counts(counts)) for group, counts in found.items()] if by else []
    )
    return BacklogView(StandingView(**_counts(total)), data)


OPERATIONS: tuple[Operation, ...] = (
    operation("GET /api/v1/metrics", read_figures, tag="Metrics", auth=key(Scope.READ)),
    operation("GET /api/v1/metrics/backlog", read_backlog, tag="Metrics", auth=key(Scope.READ)),
)


def _figures(report: Report) -> dict[str, Any]:
    rated = report.good + report.bad
    score = round(report.good / rated, 4) if rated > 0 else None
    return {
        "tickets_created": report.tickets_created,
        "messages_in": report.messages_in,
        "messages_out": report.messages_out,
        "first_response": _times(report.first_response),
        "resolution": _times(report.resolution),
        "reopened": report.reopened,
        "backlog": report.backlog,
        "satisfaction": SatisfactionView(report.good, report.bad, score),
        "suggestions": _suggestions(report.suggestions),
    }


def _suggestions(suggested: Suggested) -> SuggestionFiguresView:
    cost = None if suggested.cost is None else Decimal(suggested.cost) / MILLIONTHS
    return SuggestionFiguresView(**{**asdict(suggested), "cost": cost})


def _times(times: Times) -> TimesView:
    return TimesView(times.count, times.mean, times.median)


def _keys(group: Group, by: Sequence[GroupBy]) -> dict[str, Any]:
    keys: dict[GroupBy, tuple[str, Any]] = {
        GroupBy.DAY: ("day", group.day),
        GroupBy.CHANNEL: ("channel", Channel(group.channel) if group.channel else None),
        GroupBy.AGENT: ("agent_id", None if group.agent_id == NOBODY else group.agent_id),
    }
    return dict(keys[one] for one in by)


def _counts(counts: Mapping[Status, int]) -> dict[str, Any]:
    return {status.value: counts.get(status, 0) for status in Status}
