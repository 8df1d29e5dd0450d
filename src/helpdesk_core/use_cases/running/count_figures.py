"""Whoever follows the log adds up what happened, day by day."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from helpdesk_core.event_log import DomainEvent
from helpdesk_core.figures import Figure, counted
from helpdesk_core.ports.store import View, Work
from helpdesk_core.suggestions.counting import SUGGESTION_MEASURES, SUMMED

TOTALS: Final = "suggestion_totals"
"""What the store remembers of suggestions of all organizations together, by measure."""


async def count_figures(events: Sequence[DomainEvent], work: Work) -> None:
    """A follower: history (quiet events) is counted on the day it happened, like everything else."""
    figures = counted(events)
    if figures:
        await work.figures.add(events[0].organization_id, figures)
        await _add_up(figures, work)


async def suggestion_totals(view: View) -> Mapping[str, int]:
    """What was counted of suggestions since there is a store, in all organizations: each measure that is not 0."""
    return dict(json.loads(await view.facts.get(TOTALS) or "{}"))


async def _add_up(figures: Sequence[Figure], work: Work) -> None:
    ours = [one for one in figures if one.measure in SUGGESTION_MEASURES]
    if ours:
        totals = dict(await suggestion_totals(work))
        for one in ours:
            by = one.total if one.measure in SUMMED else one.count
            totals[one.measure] = totals.get(one.measure, 0) + by
        await work.facts.put(TOTALS, json.dumps(totals, sort_keys=True))
