"""Whoever follows the log adds up what happened, day by day."""

from collections.abc import Sequence

from helpdesk_core.event_log import DomainEvent
from helpdesk_core.figures import counted
from helpdesk_core.ports.store import Work


async def count_figures(events: Sequence[DomainEvent], work: Work) -> None:
    """A follower: history (quiet events) is counted on the day it happened, like everything else."""
    figures = counted(events)
    if figures:
        await work.figures.add(events[0].organization_id, figures)
