"""Sellers' consent is looked at from time to time: it has to be given anew every year, and may be withdrawn."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from attrs import evolve, field, frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import IntegrationId, NewId, OrganizationId
from helpdesk_core.integrations import TROUBLE, Integration, IntegrationState
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.notices import Notice
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import SecretLost, Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.ports.tokens import RenewToken, TokenRefused, TokenRequest
from helpdesk_core.use_cases.accounts.keep_account import keep_account
from helpdesk_core.use_cases.running.send_notice import Letter, notice_of
from helpdesk_core.users import DESK

SECRET: Final = "refresh_token"
SEALED_ELSEWHERE: Final = "Its secrets were sealed with a key that is gone: connect the seller anew."


@frozen
class LoginClient:
    """The desk's application with the marketplace, and where its tokens are renewed."""

    url: str
    id: str
    secret: str = field(repr=False)


@frozen
class CheckSellers:
    """Asks for an access token in each seller's name, and keeps what is wrong where everybody sees it.

    Admins are told once. Where the marketplace does not answer, or refuses our application instead, nothing changes.
    """

    provider: str
    store: Store
    vault: Vault
    renew: RenewToken
    client: LoginClient | None
    clock: Clock
    new_id: NewId

    async def __call__(self) -> None:
        if self.client is None:
            return
        for account in await self.store.read(lambda view: view.integrations.connected(self.provider)):
            if SECRET in account.sealed:
                try:
                    told, token = await self._looked_at(account, self.client)
                except (TryLater, GiveUp):
                    continue  # the next look may tell
                await self.store.transact(partial(self._keep, account, told, token))

    async def _looked_at(self, account: Integration, client: LoginClient) -> tuple[str | None, str | None]:
        """What is wrong, and the refresh token that takes the place of the one that was used."""
        try:
            token = self.vault.unseal(account.sealed[SECRET])
            grant = await self.renew(TokenRequest(client.url, client.id, token, client.secret))
        except SecretLost:
            return SEALED_ELSEWHERE, None
        except TokenRefused as refused:
            if refused.code == "invalid_grant":
                name = self.provider.title()
                return f"{name} no longer takes the seller's consent: connect the seller anew.", None
            raise GiveUp(str(refused)) from refused
        return None, grant.refresh_token if grant.refresh_token != token else None

    async def _keep(self, account: Integration, told: str | None, token: str | None, work: Work) -> None:
        fresh = await work.integrations.get(account.organization_id, account.id)
        if fresh is None or fresh.state is not IntegrationState.CONNECTED or fresh.sealed != account.sealed:
            return  # it was connected anew meanwhile
        settings = {name: value for name, value in fresh.settings.items() if name != TROUBLE}
        settings |= {TROUBLE: told} if told is not None else {}
        sealed = {**fresh.sealed, **({SECRET: self.vault.seal(token)} if token is not None else {})}
        occasion = Occasion(self.clock(), self.new_id, DESK)
        await keep_account(fresh, evolve(fresh, settings=settings, sealed=sealed), work, occasion)
        if told is not None and settings != fresh.settings:
            notice = notice_of(fresh.organization_id, Notice.SELLER_UNREACHABLE, fresh.id, occasion)
            await work.jobs.add(notice)


async def letter_about_seller(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> Letter | None:
    """The letter; None where all is well again."""
    account = await view.integrations.get(organization_id, IntegrationId(UUID(about["subject_id"])))
    if account is None or TROUBLE not in account.settings:
        return None
    return Letter(
        f"Connect the {account.provider.title()} seller {account.external_id} anew",
        f"{account.settings[TROUBLE]}\n\nIts notifications go on. Open the desk's settings, Integrations, and connect "
        f"the seller {account.external_id} once more.\n",
    )
