"""Budgets that something has been taken of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from helpdesk_core.budgets import Budget
from helpdesk_core.ids import OrganizationId


class BudgetReads(Protocol):
    async def named(self, organization_id: OrganizationId, names: Sequence[str]) -> Mapping[str, Budget]:
        """Those of these names that are kept; any other is full."""
        ...


class Budgets(BudgetReads, Protocol):
    async def put(self, *budgets: Budget) -> None:
        """Keeps them, in the place of those of their names."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Removes up to `limit` that were last used before a time, of whatever organization; how many there were."""
        ...
