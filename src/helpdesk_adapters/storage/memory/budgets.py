"""Budgets that something has been taken of."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from helpdesk_adapters.storage.memory.tables import Journal, Table
from helpdesk_core.budgets import Budget
from helpdesk_core.ids import OrganizationId


class Budgets:
    def __init__(self, journal: Journal) -> None:
        self._rows = Table[tuple[OrganizationId, str], Budget](journal)

    async def named(self, organization_id: OrganizationId, names: Sequence[str]) -> Mapping[str, Budget]:
        found = (self._rows.get((organization_id, name)) for name in names)
        return {budget.name: budget for budget in found if budget is not None}

    async def put(self, *budgets: Budget) -> None:
        for budget in budgets:
            self._rows.put((budget.organization_id, budget.name), budget)

    async def forget(self, before: datetime, limit: int) -> int:
        old = sorted((budget.at, key) for key, budget in self._rows.items() if budget.at < before)[:limit]
        for _, key in old:
            self._rows.drop(key)
        return len(old)
