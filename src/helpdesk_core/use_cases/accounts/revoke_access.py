"""When an account is disconnected here, its provider is told: what its owner granted is given back."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.errors import MissingSetting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import IntegrationId, NewId, OrganizationId
from helpdesk_core.integrations import REVOCATION, REVOKING, Integration, IntegrationState
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, Job, JobKind, TryLater
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.installs import Revoker
from helpdesk_core.ports.messages import AccountRefused
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.accounts.keep_account import keep_account
from helpdesk_core.use_cases.accounts.open_account import opened
from helpdesk_core.users import DESK

UNDER_WAY: Final = "under way"
REVOKED: Final = "done"
LONGEST: Final = 300
"""Characters of what is told of a failure."""


def is_to_be_revoked(account: Integration) -> bool:
    """Whether there is something to give back, and somebody to give it to."""
    return account.provider in REVOKING and bool(account.sealed)


def revocation_of(account: Integration, occasion: Occasion) -> Job:
    """The job that tells the provider. It bears the account's secrets, sealed: the account keeps them no longer."""
    payload = {"integration_id": str(account.id), "sealed": dict(account.sealed)}
    return occasion.job(account.organization_id, JobKind.REVOKE_ACCESS, payload)


@frozen
class RevokeAccess:
    """Tells the provider of a disconnected account. How that went stands with the account.

    An account that is connected again by then is left alone: some providers give the same token again.
    """

    store: Store
    vault: Vault
    revokers: Mapping[str, Revoker]
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        integration_id: IntegrationId,
        sealed: Mapping[str, str],
        attempt: int,
    ) -> None:
        """Raises TryLater while it makes sense to try again."""
        found = await self.store.read(lambda view: view.integrations.get(organization_id, integration_id))
        if found is None or found.state is not IntegrationState.DISCONNECTED:
            return
        revoker = self.revokers[found.provider]
        shared = await self.store.read(partial(_shared, found, revoker.alongside))
        try:
            await revoker.revoke(opened(evolve(found, sealed=sealed), self.vault), shared)
        except (GiveUp, MissingSetting, AccountRefused) as error:
            await self._tell(found, _not_done(error))
        except TryLater as error:
            if attempt >= MAX_ATTEMPTS:
                await self._tell(found, _not_done(error))
            raise
        else:
            await self._tell(found, REVOKED)

    async def _tell(self, found: Integration, told: str) -> None:
        async def unit(work: Work) -> None:
            fresh = await work.integrations.get(found.organization_id, found.id)
            if fresh is None or fresh.state is not IntegrationState.DISCONNECTED:
                return
            after = evolve(fresh, settings={**fresh.settings, REVOCATION: told})
            await keep_account(fresh, after, work, Occasion(self.clock(), self.new_id, DESK))

        await self.store.transact(unit)


async def _shared(account: Integration, alongside: tuple[str, ...], view: View) -> frozenset[str]:
    """Settings of the account that a connected one, of whatever organization, has with the same value."""
    others = [other for provider in alongside for other in await view.integrations.connected(provider)]
    held = {(name, value) for other in others for name, value in other.settings.items()}
    return frozenset(name for name, value in account.settings.items() if (name, value) in held)


def _not_done(error: Exception) -> str:
    told = " ".join(str(error).split())[:LONGEST]
    return f"not done, remove the desk's access there yourself ({told})"
