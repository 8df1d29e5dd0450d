"""The page of the reports."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, timedelta
from typing import Final
from uuid import UUID

from attrs import frozen
from starlette.requests import Request
from starlette.responses import Response

from helpdesk_adapters.container import Container
from helpdesk_core.errors import InvalidValue
from helpdesk_core.figures import NOBODY
from helpdesk_core.ids import OrganizationId
from helpdesk_core.reports import GroupBy, Report, Times
from helpdesk_core.tickets import Status
from helpdesk_http.web.chrome import desk_page
from helpdesk_http.web.rendering import desk_of, said
from helpdesk_http.web.reports.charts import Chart, Value, bars, line
from helpdesk_http.web.tongues import Ours as _
from helpdesk_http.who import Caller

SPANS: Final = {"7": 7, "30": 30, "90": 90, "365": 365}
USUAL: Final = 30


@frozen
class Tile:
    """One figure; `change` compares it with the days before, in percent."""

    label: str
    text: str
    change: int | None
    more_is_better: bool | None = None


@frozen
class Curve:
    """A chart with the table behind it."""

    title: str
    chart: Chart
    heading: str
    rows: Sequence[tuple[str, str]]


@frozen
class Part:
    """One line of a table: a channel or an agent, and its figures."""

    name: str
    report: Report


async def reports_page(request: Request, who: Caller) -> Response:
    """Figures of the last days, or of the days that the address names."""
    desk = desk_of(request)
    first, last, span = _days(request, desk)
    figures = desk.read_figures()
    length = last - first + timedelta(1)
    total, by_day = await figures.report(who.organization_id, first, last, [GroupBy.DAY])
    earlier, _none = await figures.report(who.organization_id, first - length, first - timedelta(1), [])
    _all, by_channel = await figures.report(who.organization_id, first, last, [GroupBy.CHANNEL])
    _all, by_agent = await figures.report(who.organization_id, first, last, [GroupBy.AGENT])
    standing = await figures.standing(who.organization_id, [])
    names = await _names(desk, who.organization_id)

    def told(text: str) -> str:
        return said(request, text)

    return await desk_page(
        "reports/reports.html",
        request,
        who,
        "reports",
        first=first,
        last=last,
        span=span,
        spans=tuple(SPANS),
        tiles=_tiles(total, earlier, told),
        curves=_curves(by_day, told),
        channels=[Part((one.group.channel or "").replace("_", " "), one) for one in by_channel],
        agents=[Part(names.get(one.group.agent_id or NOBODY, told("Nobody")), one) for one in by_agent],
        standing=[
            (status.value, sum(counts.get(status, 0) for counts in standing.values())) for status in Status
        ],
        took=took,
        score=_score,
    )


def _days(request: Request, desk: Container) -> tuple[date, date, str]:
    today = desk.clock()().astimezone(UTC).date()
    query = request.query_params
    if "from" in query:
        first = _date(query["from"], "from")
        last = _date(query.get("to", today.isoformat()), "to")
        return first, min(last, today), ""
    span = query.get("days", str(USUAL))
    return today - timedelta(SPANS.get(span, USUAL) - 1), today, span if span in SPANS else str(USUAL)


def _date(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(name, "is no day, such as 2026-04-06") from None
    if day.year < 1990:
        raise InvalidValue(name, "is before there was a desk")
    return day


def _tiles(now: Report, before: Report, told: Callable[[str], str]) -> Sequence[Tile]:
    def tile(label: str, value: int | None, earlier: int | None, text: str, *, better: bool | None) -> Tile:
        change = round(100 * (value - earlier) / earlier) if value is not None and earlier else None
        return Tile(told(label), text, change, better)

    first, first_before = now.first_response.median, before.first_response.median
    whole, whole_before = now.resolution.median, before.resolution.median
    score, score_before = _percent(now), _percent(before)
    created, created_before = now.tickets_created, before.tickets_created
    return (
        tile(_("New tickets"), created, created_before, f"{created:,}", better=None),
        tile(_("Answers"), now.messages_out, before.messages_out, f"{now.messages_out:,}", better=None),
        tile(_("First answer, median"), first, first_before, took(now.first_response), better=False),
        tile(_("Resolution, median"), whole, whole_before, took(now.resolution), better=False),
        tile(_("Backlog"), now.backlog, before.backlog, f"{now.backlog:,}", better=False),
        tile(_("Satisfied"), score, score_before, _score(now), better=True),
    )


def _curves(days: Sequence[Report], told: Callable[[str], str]) -> Sequence[Curve]:
    labels = [(one.group.day or date.min).isoformat() for one in days]

    def values(of: Callable[[Report], float | None], text: Callable[[Report], str]) -> list[Value]:
        return [Value(label, of(one), text(one)) for label, one in zip(labels, days, strict=True)]

    def curve(title: str, chart: Chart, shown: Sequence[Value], heading: str) -> Curve:
        return Curve(told(title), chart, told(heading), [(one.label, one.text) for one in shown])

    new = values(lambda one: one.tickets_created, lambda one: f"{one.tickets_created:,}")
    backlog = values(lambda one: one.backlog, lambda one: f"{one.backlog:,}")
    first = values(lambda one: _hours(one.first_response), lambda one: took(one.first_response))
    resolved = values(lambda one: _hours(one.resolution), lambda one: took(one.resolution))
    return (
        curve(_("New tickets a day"), bars(new), new, _("Tickets")),
        curve(_("Backlog at the end of the day"), line(backlog), backlog, _("Tickets")),
        curve(_("Time to the first answer, median in hours"), line(first), first, _("Time")),
        curve(_("Time to resolution, median in hours"), line(resolved), resolved, _("Time")),
    )


def took(times: Times) -> str:
    """A time as people say it: `12 min`, `3.5 h`, `2.1 d`; a dash for none."""
    seconds = times.median
    if seconds is None:
        return "–"
    if seconds < 5_400:
        return f"{max(1, round(seconds / 60))} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} d"


def _hours(times: Times) -> float | None:
    return None if times.median is None else times.median / 3600


def _percent(report: Report) -> int | None:
    rated = report.good + report.bad
    return round(100 * report.good / rated) if rated > 0 else None


def _score(report: Report) -> str:
    share = _percent(report)
    return "–" if share is None else f"{share} %"


async def _names(desk: Container, organization_id: OrganizationId) -> dict[UUID, str]:
    users = await desk.store().read(lambda view: view.users.of(organization_id))
    return {user.id: user.called for user in users}
