"""Metrics.

Written by `python -m tests.http.client_source`: change the declarations, not this.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from attrs import frozen

from helpdesk_core.reports import GroupBy
from helpdesk_core.tickets import Channel
from helpdesk_core.unset import UNSET, Unset
from helpdesk_http.client.calls import Calls


@frozen(kw_only=True)
class TimesView:
    """How long something took, in seconds; null where there was nothing."""

    count: int
    mean_seconds: int | None
    median_seconds: int | None
    """Right to a tenth: times of about the same length are counted together."""


@frozen(kw_only=True)
class SatisfactionView:
    """How customers rated tickets on these days; of one who changed their mind the last rating counts."""

    good: int
    bad: int
    score: float | None
    """The share of good ones; null without ratings."""


@frozen(kw_only=True)
class SuggestionFiguresView:
    """What became of suggested replies, under who asked for them or acted on them; automatic ones are
    nobody's.
    """

    offered: int
    used: int
    """Sent as they were."""
    edited: int
    """Sent with changes."""
    dismissed: int
    gaps: int
    """Questions that found nothing; they are not among the offered."""
    model_fallbacks: int
    """Written without the model, since it failed."""
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal | None
    """In the currency of the configured prices; null without prices."""


@frozen(kw_only=True)
class FiguresView:
    """What happened on these days, and what was left at the end of the last."""

    tickets_created: int
    messages_in: int
    """From customers."""
    messages_out: int
    """Answers; neither notes nor what the desk says by itself."""
    first_response: TimesView
    """From a ticket's beginning to the first answer; under who answered."""
    resolution: TimesView
    """From a ticket's beginning to its resolution, each time it was resolved; under its assignee."""
    reopened: int
    """Tickets that were resolved or closed and no longer are."""
    backlog: int
    """Tickets neither resolved nor closed when the last of the days ended; under their assignees."""
    satisfaction: SatisfactionView
    suggestions: SuggestionFiguresView


@frozen(kw_only=True)
class GroupView:
    """The figures of one day, channel or agent, as `group_by` asks for."""

    tickets_created: int
    messages_in: int
    """From customers."""
    messages_out: int
    """Answers; neither notes nor what the desk says by itself."""
    first_response: TimesView
    """From a ticket's beginning to the first answer; under who answered."""
    resolution: TimesView
    """From a ticket's beginning to its resolution, each time it was resolved; under its assignee."""
    reopened: int
    """Tickets that were resolved or closed and no longer are."""
    backlog: int
    """Tickets neither resolved nor closed when the last of the days ended; under their assignees."""
    satisfaction: SatisfactionView
    suggestions: SuggestionFiguresView
    day: date | Unset = UNSET
    """A day in UTC."""
    channel: Channel | Unset = UNSET
    agent_id: UUID | None | Unset = UNSET
    """Null: no agent."""


@frozen(kw_only=True)
class MetricsView:
    """A report."""

    from_: date
    """A day in UTC."""
    to: date
    """A day in UTC."""
    group_by: Sequence[GroupBy]
    total: FiguresView
    data: Sequence[GroupView]
    """One each group, in order; none without `group_by`."""


@frozen(kw_only=True)
class StandingView:
    """How many tickets stand in each status."""

    channel: Channel | Unset = UNSET
    agent_id: UUID | None | Unset = UNSET
    """Null: no agent."""
    open: int
    pending: int
    on_hold: int
    resolved: int
    closed: int


@frozen(kw_only=True)
class BacklogView:
    """How many tickets there are now, merged and deleted ones left out."""

    total: StandingView
    data: Sequence[StandingView]
    """One each group; none without `group_by`."""


@frozen
class Metrics:
    """Metrics."""

    _calls: Calls

    async def read_figures(
        self,
        *,
        from_: date | None = None,
        to: date | None = None,
        group_by: Sequence[GroupBy] | GroupBy | None = None,
    ) -> MetricsView:
        """Read metrics: volume, response and resolution times, backlog, satisfaction.

        Everything is counted on the day in UTC on which it occurred, within a moment after it
        happened; imported history on
        the days of old. Grouped by day alone, every day is there; else groups without figures are
        left out. At most 400
        days at once.

        from_: A day in UTC.
        to: A day in UTC.
        """
        answered: MetricsView = await self._calls.answer(
            MetricsView, "GET", "/api/v1/metrics", query={"from": from_, "to": to, "group_by": group_by}
        )
        return answered

    async def read_backlog(
        self, *, group_by: Sequence[Literal["channel", "agent"]] | Literal["channel", "agent"] | None = None
    ) -> BacklogView:
        """Read how many tickets there are now, by status."""
        answered: BacklogView = await self._calls.answer(
            BacklogView, "GET", "/api/v1/metrics/backlog", query={"group_by": group_by}
        )
        return answered
