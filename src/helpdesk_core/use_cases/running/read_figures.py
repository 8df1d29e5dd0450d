"""Somebody wants to know how the desk does."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from attrs import frozen

from helpdesk_core.errors import InvalidValue
from helpdesk_core.figures import BACKLOG, STANDING
from helpdesk_core.ids import OrganizationId
from helpdesk_core.ports.store import Store, View
from helpdesk_core.reports import MEASURES, Group, GroupBy, Report, group_of, reports_of
from helpdesk_core.tickets import Status

MOST_DAYS = 400
"""Days of one report: a year, and what somebody compares it with."""

MOST_REPORTS = 20_000
"""Groups that one answer tells of."""


@frozen
class ReadFigures:
    """Figures of the days (UTC) from `first` to `last`: of all together, and apart as wanted.

    O(days x channels x agents), however many tickets there are. What has just happened is counted within a moment.
    """

    store: Store

    async def report(
        self, organization_id: OrganizationId, first: date, last: date, by: Sequence[GroupBy]
    ) -> tuple[Report, Sequence[Report]]:
        """Of everything, and of each group; InvalidValue for days that are too many, or the wrong way round."""
        if last < first:
            raise InvalidValue("query.to", "must not be before `from`")
        if (last - first).days >= MOST_DAYS:
            raise InvalidValue("query.from", f"must be less than {MOST_DAYS} days before `to`")

        async def unit(view: View) -> tuple[Report, Sequence[Report]]:
            counts = await view.figures.between(organization_id, MEASURES, first, last)
            standing = await view.figures.between(organization_id, BACKLOG, first, last)
            eve = first - timedelta(1) if first > date.min else first
            before = await view.figures.until(organization_id, BACKLOG, eve) if eve < first else ()
            groups = reports_of(counts, standing, before, first, last, by)
            return reports_of(counts, standing, before, first, last, ())[0], groups

        whole, groups = await self.store.read(unit)
        if len(groups) > MOST_REPORTS:
            raise InvalidValue("query.from", f"leads to {len(groups)} groups; ask for fewer days or groups")
        return whole, groups

    async def standing(
        self, organization_id: OrganizationId, by: Sequence[GroupBy]
    ) -> Mapping[Group, Mapping[Status, int]]:
        """How many tickets stand in each status now, merged and deleted ones left out."""
        status_of = {measure: status for status, measure in STANDING.items()}

        async def unit(view: View) -> Mapping[Group, Mapping[Status, int]]:
            found: dict[Group, dict[Status, int]] = {} if by else {Group(): {}}
            for figure in await view.figures.until(organization_id, tuple(status_of), date.max):
                counts = found.setdefault(group_of(figure, by), {})
                status = status_of[figure.measure]
                counts[status] = counts.get(status, 0) + figure.count
            return {group: counts for group, counts in found.items() if not by or any(counts.values())}

        return await self.store.read(unit)
