"""Figures that were counted day by day."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from helpdesk_core.figures import Figure
from helpdesk_core.ids import OrganizationId


class FigureReads(Protocol):
    async def between(
        self, organization_id: OrganizationId, measures: Sequence[str], first: date, last: date
    ) -> Sequence[Figure]:
        """What was counted from the first day to the last, both included; by measure, day, channel and agent."""
        ...

    async def until(
        self, organization_id: OrganizationId, measures: Sequence[str], last: date
    ) -> Sequence[Figure]:
        """The sums of all days up to the last, which is the day they bear; by measure, channel and agent."""
        ...


class Figures(FigureReads, Protocol):
    async def add(self, organization_id: OrganizationId, figures: Sequence[Figure]) -> None:
        """Adds to what was counted."""
        ...
