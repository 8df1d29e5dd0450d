"""An outside account is connected by hand."""

from collections.abc import Callable, Collection, Mapping

from attrs import Factory, evolve, frozen

from helpdesk_core.errors import AlreadyTaken, InvalidValue
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import IntegrationId, NewId, OrganizationId
from helpdesk_core.integrations import (
    REGISTERING,
    REVOCATION,
    TROUBLE,
    Integration,
    IntegrationState,
)
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.accounts.fresh_token import ACCESS, without
from helpdesk_core.use_cases.accounts.register_webhooks import WEBHOOKS, registering_of
from helpdesk_core.use_cases.messaging.wake_answers import wake_answers
from helpdesk_core.use_cases.webhooks.replay_events import wake_what_waits
from helpdesk_core.users import DESK, Actor

TOLD = (TROUBLE, WEBHOOKS, REVOCATION)
"""Settings in which the desk tells how an account does; they begin anew with each connecting."""


@frozen
class AccountKind:
    """What can be connected: the settings an account of this provider takes, and which of them are secret.

    `normal` writes an account's name as events name it; InvalidValue at `external_id` where it is none. `choices` are
    the values of a setting that takes no others.
    """

    provider: str
    settings: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    lower_case_ids: bool = True
    normal: Callable[[str], str] = str
    choices: Mapping[str, Collection[str]] = Factory(dict)


@frozen
class ConnectIntegration:
    """Connects an account, or updates the one that the organization has; secrets are sealed before they are kept.

    AlreadyTaken where the account belongs to another organization: an event must never have two owners.
    """

    store: Store
    vault: Vault
    kinds: Mapping[str, AccountKind]
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        provider: str,
        external_id: str,
        values: Mapping[str, str],
        actor: Actor = DESK,
    ) -> Integration:
        kind = self.kinds.get(provider)
        if kind is None:
            raise InvalidValue("provider", f"must be one of {', '.join(sorted(self.kinds))}")
        account = external_id.strip().lower() if kind.lower_case_ids else external_id.strip()
        if not account:
            raise InvalidValue("external_id", "must not be empty")
        account = kind.normal(account)
        check_names(values, kind.settings | kind.secrets)
        check_choices(values, kind.choices)
        settings = {name: value for name, value in values.items() if name in kind.settings}
        sealed = {name: self.vault.seal(value) for name, value in values.items() if name in kind.secrets}

        async def unit(work: Work) -> Integration:
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await connect_step(organization_id, provider, account, settings, sealed, work, occasion)

        return await self.store.transact(unit)


async def connect_step(
    organization_id: OrganizationId,
    provider: str,
    external_id: str,
    settings: Mapping[str, str],
    sealed: Mapping[str, str],
    work: Work,
    occasion: Occasion,
) -> Integration:
    """The step: the account as connected; settings and secrets that are not given stay."""
    known = await work.integrations.known(provider, external_id)
    if known is not None and known.organization_id != organization_id:
        raise AlreadyTaken(f"The {provider} account {external_id} is connected to another organization.")
    if known is None:
        integration = Integration(
            id=IntegrationId(occasion.new_id()),
            organization_id=organization_id,
            provider=provider,
            external_id=external_id,
            created_at=occasion.at,
            updated_at=occasion.at,
            settings=settings,
            sealed=sealed,
        )
        await work.integrations.add(integration)
    else:
        integration = evolve(
            known,
            settings={**without(known.settings, TOLD), **settings},
            sealed={**known.sealed, **sealed},
            state=IntegrationState.CONNECTED,
            updated_at=occasion.at,
        )
        await work.integrations.replace(integration)
        await wake_answers(integration, work, occasion)
    event = occasion.event(organization_id, "integration.connected", integration.id, {"provider": provider})
    await work.log.append(event)
    await wake_what_waits(organization_id, provider, external_id, work, occasion)
    if provider in REGISTERING and ACCESS in integration.sealed:
        await work.jobs.add(registering_of(integration, occasion))
    return integration


def check_choices(values: Mapping[str, str], choices: Mapping[str, Collection[str]]) -> None:
    """InvalidValue for a value that its setting does not take."""
    for name, allowed in choices.items():
        if name in values and values[name] not in allowed:
            raise InvalidValue(name, f"must be one of {', '.join(sorted(allowed))}")


def check_names(values: Mapping[str, object], allowed: Collection[str]) -> None:
    """InvalidValue for a name that this kind of account does not take."""
    for name in values:
        if name not in allowed:
            known = ", ".join(sorted(allowed)) or "none"
            raise InvalidValue(name, f"is not a setting of this provider (it takes: {known})")
