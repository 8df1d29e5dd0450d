"""Accounts that an organization has connected are changed, and disconnected."""

from collections.abc import Mapping

from attrs import evolve, frozen

from helpdesk_core.errors import Conflict, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import IntegrationId, NewId, OrganizationId
from helpdesk_core.integrations import REVOCATION, Integration, IntegrationState
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.accounts.connect_integration import AccountKind, check_choices, check_names
from helpdesk_core.use_cases.accounts.end_connection import disconnect_step
from helpdesk_core.use_cases.accounts.revoke_access import UNDER_WAY, is_to_be_revoked, revocation_of
from helpdesk_core.users import Actor


@frozen
class ChangeIntegration:
    """Changes settings and secrets by name; None takes one away, what is not named stays.

    InvalidValue for a name that this kind of account does not take, Conflict for a disconnected account.
    """

    store: Store
    vault: Vault
    kinds: Mapping[str, AccountKind]
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        integration_id: IntegrationId,
        actor: Actor,
        settings: Mapping[str, str | None],
        secrets: Mapping[str, str | None],
    ) -> Integration:
        async def unit(work: Work) -> Integration:
            known = await _existing(organization_id, integration_id, work)
            if known.state is not IntegrationState.CONNECTED:
                raise Conflict("The account is disconnected; connect it again first.")
            kind = self.kinds.get(known.provider, AccountKind(known.provider))
            check_names(settings, kind.settings)
            check_names(secrets, kind.secrets)
            check_choices({name: value for name, value in settings.items() if value}, kind.choices)
            sealed = {
                name: None if value is None else self.vault.seal(value) for name, value in secrets.items()
            }
            changed = evolve(
                known, settings=_merged(known.settings, settings), sealed=_merged(known.sealed, sealed)
            )
            if changed == known:
                return known
            occasion = Occasion(self.clock(), self.new_id, actor)
            changed = evolve(changed, updated_at=max(occasion.at, known.updated_at))
            await work.integrations.replace(changed)
            data = {"provider": known.provider, "changed": sorted({*settings, *secrets})}
            await work.log.append(occasion.event(organization_id, "integration.updated", known.id, data))
            return changed

        return await self.store.transact(unit)


@frozen
class DisconnectIntegration:
    """Ends an account's connection: its secrets go, and its events belong to nobody until it is connected again.

    Where its provider can be told, a job does that; the account is disconnected however that goes.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, integration_id: IntegrationId, actor: Actor
    ) -> Integration:
        async def unit(work: Work) -> Integration:
            known = await _existing(organization_id, integration_id, work)
            if known.state is IntegrationState.DISCONNECTED:
                return known
            occasion = Occasion(self.clock(), self.new_id, actor)
            if not is_to_be_revoked(known):
                return await disconnect_step(known, work, occasion)
            await work.jobs.add(revocation_of(known, occasion))
            telling = evolve(known, settings={**known.settings, REVOCATION: UNDER_WAY})
            return await disconnect_step(telling, work, occasion)

        return await self.store.transact(unit)


async def _existing(
    organization_id: OrganizationId, integration_id: IntegrationId, work: Work
) -> Integration:
    return existing(
        await work.integrations.get(organization_id, integration_id), "integration", integration_id
    )


def _merged(known: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**known, **changes}.items() if value is not None}
