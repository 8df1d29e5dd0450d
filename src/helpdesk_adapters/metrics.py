"""Figures of this process and its store, in Prometheus' text format."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import structlog
from attrs import field, frozen

from helpdesk_core.jobs import JobState
from helpdesk_core.ports.models import ModelUnavailable
from helpdesk_core.ports.store import Store, View
from helpdesk_core.suggestions.counting import (
    COMPLETION_TOKENS,
    COST,
    DISMISSED,
    EDITED,
    FALLBACKS,
    GAPS,
    MILLIONTHS,
    OFFERED,
    PROMPT_TOKENS,
    USED,
)
from helpdesk_core.use_cases.running.count_figures import suggestion_totals

if TYPE_CHECKING:
    from prometheus_client.core import Metric

Counts = Counter[tuple[str, str]]
"""Counted things: (name, label) -> how often since the start."""


@frozen
class Metrics:
    """Renders what was counted since the start, and asks the store how many jobs wait, and what is counted there."""

    store: Store
    counts: Counts = field(factory=Counter)

    async def __call__(self) -> tuple[str, str]:
        """The text and its media type."""
        from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

        waiting, suggested = await self.store.read(_kept)
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        registry.register(_Collected([*self._families(waiting), *_of_suggestions(suggested)]))
        return generate_latest(registry).decode(), CONTENT_TYPE_PLAIN_1_0_0

    def _families(self, waiting: Mapping[JobState, int]) -> Iterator["Metric"]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        jobs = GaugeMetricFamily(
            "helpdesk_jobs", "Jobs by state; the finished ones are not counted.", labels=["state"]
        )
        for state in (JobState.QUEUED, JobState.RUNNING, JobState.FAILED, JobState.DEAD):
            jobs.add_metric([state.value], waiting.get(state, 0))
        yield jobs
        refused = CounterMetricFamily(
            "helpdesk_webhooks_refused", "Webhooks whose signature did not hold.", labels=["provider"]
        )
        answered = CounterMetricFamily("helpdesk_http_answers", "Answers by status.", labels=["status"])
        families = {"webhooks_refused": refused, "http_answers": answered}
        for (name, label), count in sorted(self.counts.items()):
            if name in families:
                families[name].add_metric([label], count)
        yield from families.values()


def log_fallback(failure: ModelUnavailable) -> None:
    structlog.get_logger().warning("model_unavailable", error=str(failure))


async def _kept(view: View) -> tuple[Mapping[JobState, int], Mapping[str, int]]:
    return await view.jobs.counts(), await suggestion_totals(view)


def _of_suggestions(totals: Mapping[str, int]) -> Iterator["Metric"]:
    """What was counted since there is a store, in all organizations and processes."""
    from prometheus_client.core import CounterMetricFamily

    suggestions = CounterMetricFamily(
        "helpdesk_suggestions",
        "Suggested replies, and what became of them; a gap is a question that found nothing.",
        labels=["state"],
    )
    states = {"offered": OFFERED, "used": USED, "edited": EDITED, "dismissed": DISMISSED, "gap": GAPS}
    for state, measure in states.items():
        suggestions.add_metric([state], totals.get(measure, 0))
    tokens = CounterMetricFamily(
        "helpdesk_model_tokens", "What the model has counted for suggestions.", labels=["kind"]
    )
    for kind, measure in {"prompt": PROMPT_TOKENS, "completion": COMPLETION_TOKENS}.items():
        tokens.add_metric([kind], totals.get(measure, 0))
    fallbacks = CounterMetricFamily(
        "helpdesk_model_fallbacks", "Suggestions written without the model, since it failed."
    )
    fallbacks.add_metric([], totals.get(FALLBACKS, 0))
    cost = CounterMetricFamily(
        "helpdesk_model_cost", "What that has cost, in the currency of the configured prices."
    )
    cost.add_metric([], totals.get(COST, 0) / MILLIONTHS)
    yield from (suggestions, tokens, fallbacks, cost)


@frozen(eq=False)
class _Collected:
    """Figures that were gathered beforehand, as a registry wants them."""

    families: "list[Metric]"

    def collect(self) -> "list[Metric]":
        return self.families
