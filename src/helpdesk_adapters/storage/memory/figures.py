"""Figures that were counted day by day."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from attrs import evolve

from helpdesk_adapters.storage.memory.tables import Groups, Journal, Table
from helpdesk_core.figures import Figure
from helpdesk_core.ids import OrganizationId

_Place = tuple[OrganizationId, str, date, str, UUID]


class Figures:
    def __init__(self, journal: Journal) -> None:
        self._of = Groups[_Place, tuple[OrganizationId, Figure]](lambda row: (row[0], row[1].measure))
        self._rows = Table[_Place, tuple[OrganizationId, Figure]](journal, self._of)

    async def between(
        self, organization_id: OrganizationId, measures: Sequence[str], first: date, last: date
    ) -> Sequence[Figure]:
        figures = [
            self._rows[place][1]
            for measure in dict.fromkeys(measures)
            for place in self._of.of((organization_id, measure))
            if first <= place[2] <= last
        ]
        return sorted(figures, key=lambda one: (one.measure, one.day, one.channel, one.agent_id))

    async def until(
        self, organization_id: OrganizationId, measures: Sequence[str], last: date
    ) -> Sequence[Figure]:
        sums: dict[tuple[str, str, UUID], Figure] = {}
        for one in await self.between(organization_id, measures, date.min, last):
            place = (one.measure, one.channel, one.agent_id)
            before = sums.get(place, evolve(one, day=last, count=0, total=0))
            sums[place] = evolve(before, count=before.count + one.count, total=before.total + one.total)
        return [sums[place] for place in sorted(sums)]

    async def add(self, organization_id: OrganizationId, figures: Sequence[Figure]) -> None:
        for one in figures:
            place = (organization_id, one.measure, one.day, one.channel, one.agent_id)
            known = self._rows.get(place)
            before = evolve(one, count=0, total=0) if known is None else known[1]
            self._rows.put(
                place,
                (
                    organization_id,
                    evolve(one, count=before.count + one.count, total=before.total + one.total),
                ),
            )
