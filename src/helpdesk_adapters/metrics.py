"""Figures of this process and its store, in Prometheus' text format."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from helpdesk_core.jobs import JobState
from helpdesk_core.ports.store import Store

if TYPE_CHECKING:
    from prometheus_client.core import Metric

Counts = Counter[tuple[str, str]]
"""Counted things: (name, label) -> how often since the start."""


@frozen
class Metrics:
    """Renders what was counted since the start, and asks the store how many jobs wait."""

    store: Store
    counts: Counts = field(factory=Counter)

    async def __call__(self) -> tuple[str, str]:
        """The text and its media type."""
        from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

        waiting = await self.store.read(lambda view: view.jobs.counts())
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        registry.register(_Collected(list(self._families(waiting))))
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


@frozen(eq=False)
class _Collected:
    """Figures that were gathered beforehand, as a registry wants them."""

    families: "list[Metric]"

    def collect(self) -> "list[Metric]":
        return self.families
