"""Accounts are looked after from time to time, since nobody else does: their tokens die of not being used."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from attrs import frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId
from helpdesk_core.integrations import REGISTERING, TROUBLE, Integration
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.accounts.fresh_token import ACCESS, EXPIRY, REFRESH, FreshToken
from helpdesk_core.use_cases.accounts.register_webhooks import REGISTERED, WEBHOOKS, registering_of
from helpdesk_core.users import DESK

IDLE: Final[Mapping[str, timedelta]] = {"shopify": timedelta(days=30), "zendesk": timedelta(days=7)}
"""By provider, how long after it ran out a token is renewed though nobody needs it: a refresh token lives for 90 days
with Shopify, and for 30 with Zendesk."""


@frozen
class CheckShops:
    """Renews tokens that nobody has used for long, and goes on telling shops where to send their webhooks.

    What is wrong with an account is kept with it; the others are looked after all the same.
    """

    store: Store
    fresh: FreshToken
    clock: Clock
    new_id: NewId

    async def __call__(self) -> None:
        for provider, idle in IDLE.items():
            for account in await self.store.read(partial(_connected, provider)):
                if ACCESS in account.sealed and TROUBLE not in account.settings:
                    await self._look_after(account, idle)

    async def _look_after(self, account: Integration, idle: timedelta) -> None:
        if account.provider in REGISTERING and account.settings.get(WEBHOOKS) != REGISTERED:
            await self.store.transact(partial(self._register, account))
        if REFRESH in account.sealed and self._is_idle(account.settings, idle):
            try:
                await self.fresh(account.organization_id, account.id)
            except (TryLater, GiveUp):
                return  # it is kept with the account where it is for good; else the next look may do it

    def _is_idle(self, settings: Mapping[str, str], idle: timedelta) -> bool:
        until = settings.get(EXPIRY)
        return until is not None and datetime.fromisoformat(until) + idle <= self.clock()

    async def _register(self, shop: Integration, work: Work) -> None:
        await work.jobs.add(registering_of(shop, Occasion(self.clock(), self.new_id, DESK)))


async def _connected(provider: str, view: View) -> list[Integration]:
    return [*await view.integrations.connected(provider)]
