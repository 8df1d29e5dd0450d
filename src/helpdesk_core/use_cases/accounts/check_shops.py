"""Shops are looked after from time to time, since nobody else does: their tokens die of not being used."""

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
from helpdesk_core.use_cases.accounts.fresh_shop_token import ACCESS, EXPIRY, REFRESH, FreshShopToken
from helpdesk_core.use_cases.accounts.register_webhooks import REGISTERED, WEBHOOKS, registering_of
from helpdesk_core.users import DESK

IDLE: Final = timedelta(days=30)
"""So long after it ran out a token is renewed though nobody needs it; a refresh token lives for 90 days."""


@frozen
class CheckShops:
    """Renews tokens that nobody has used for long, and goes on telling shops where to send their webhooks.

    What is wrong with a shop is kept with it; the others are looked after all the same.
    """

    store: Store
    fresh: FreshShopToken
    clock: Clock
    new_id: NewId

    async def __call__(self) -> None:
        for provider in REGISTERING:
            for shop in await self.store.read(partial(_connected, provider)):
                if ACCESS in shop.sealed and TROUBLE not in shop.settings:
                    await self._look_after(shop)

    async def _look_after(self, shop: Integration) -> None:
        if shop.settings.get(WEBHOOKS) != REGISTERED:
            await self.store.transact(partial(self._register, shop))
        if REFRESH in shop.sealed and self._is_idle(shop.settings):
            try:
                await self.fresh(shop.organization_id, shop.id)
            except (TryLater, GiveUp):
                return  # it is kept with the shop where it is for good; else the next look may do it

    def _is_idle(self, settings: Mapping[str, str]) -> bool:
        until = settings.get(EXPIRY)
        return until is not None and datetime.fromisoformat(until) + IDLE <= self.clock()

    async def _register(self, shop: Integration, work: Work) -> None:
        await work.jobs.add(registering_of(shop, Occasion(self.clock(), self.new_id, DESK)))


async def _connected(provider: str, view: View) -> list[Integration]:
    return [*await view.integrations.connected(provider)]
