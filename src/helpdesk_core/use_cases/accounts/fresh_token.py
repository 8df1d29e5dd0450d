"""An account's access token, renewed before it runs out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.errors import MissingSetting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import IntegrationId, NewId, OrganizationId
from helpdesk_core.installs import Granted
from helpdesk_core.integrations import REGISTERING, TROUBLE, Integration, IntegrationState
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.notices import Notice
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import SecretLost, Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.ports.tokens import RenewAccount, TokenRefused
from helpdesk_core.use_cases.accounts.keep_account import keep_account
from helpdesk_core.use_cases.accounts.leases import give_lease_back, take_lease
from helpdesk_core.use_cases.running.send_notice import Letter, notice_of
from helpdesk_core.users import DESK

EXPIRY: Final = "token_expires_at"
"""The setting that tells until when the access token holds, where it runs out at all."""
ACCESS, REFRESH, FORMER = "access_token", "refresh_token", "former_refresh_token"
"""Secrets. The former refresh token is kept until the access token that it was given for has been used: an answer
that was lost on its way must not have been the last one.
"""
AHEAD: Final = timedelta(minutes=5)
LEASE: Final = timedelta(seconds=90)
"""How long a process is believed to be renewing a token; longer than both calls may take."""
PAUSE: Final = timedelta(seconds=2)


_NAMES: Final = {"shopify": "The shop", "zendesk": "The Zendesk"}


@frozen
class FreshToken:
    """An access token of an account that is good for some minutes.

    One process at a time renews it, since each refresh token is good once, and what was given is kept before it is
    used. What was connected anew meanwhile is not overwritten. An account that gives no token any more is told of on
    its integration, and once to the admins.
    """

    store: Store
    vault: Vault
    renewals: Mapping[str, RenewAccount]
    """By provider, how its tokens are renewed."""
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, integration_id: IntegrationId, refused: str | None = None
    ) -> str:
        """refused: a token that the account did not take, though it had not run out.

        Raises TryLater, and GiveUp where the account has to be connected anew.
        """
        known = await self.store.read(partial(_connected, organization_id, integration_id))
        if self._is_good(known, refused):
            return self._secret(known, ACCESS)
        if REFRESH not in known.sealed:
            told = f"{_whom(known)} no longer takes its access token"
            await self._tell_trouble(known, f"{told}.")
            raise GiveUp(f"{told}; connect it anew.")
        holder = str(self.new_id())
        taken = await self.store.transact(partial(self._take, known, holder))
        if taken.sealed != known.sealed and self._is_good(taken, refused):
            return self._secret(taken, ACCESS)  # somebody else has done it
        try:
            granted, spent = await self._granted(taken)
            return await self.store.transact(partial(self._keep, taken, granted, spent))
        finally:
            await self.store.transact(partial(give_lease_back, _lease(known), holder))

    async def used(self, organization_id: OrganizationId, integration_id: IntegrationId, token: str) -> None:
        """The account has taken this token: whatever came before it is not needed any more."""
        known = await self.store.read(partial(_connected, organization_id, integration_id))
        if FORMER in known.sealed and self._secret(known, ACCESS) == token:
            await self.store.transact(partial(_drop_former, known))

    def _is_good(self, integration: Integration, refused: str | None) -> bool:
        until = integration.settings.get(EXPIRY)
        has_run_out = until is not None and datetime.fromisoformat(until) - AHEAD <= self.clock()
        return not has_run_out and (refused is None or self._secret(integration, ACCESS) != refused)

    def _secret(self, integration: Integration, name: str) -> str:
        sealed = integration.sealed.get(name)
        if sealed is None:
            raise GiveUp(f"{_whom(integration)} was connected without {name}.")
        try:
            return self.vault.unseal(sealed)
        except SecretLost as lost:
            raise GiveUp(f"{_whom(integration)}'s secrets were sealed with a key that is gone.") from lost

    async def _take(self, known: Integration, holder: str, work: Work) -> Integration:
        fresh = await _connected(known.organization_id, known.id, work)
        if fresh.sealed == known.sealed and not await take_lease(
            _lease(known), holder, self.clock(), LEASE, work
        ):
            raise TryLater("Another process is renewing the access token.", PAUSE)
        return fresh

    async def _granted(self, integration: Integration) -> tuple[Granted, str]:
        """What was given, and the name of the secret that it was given for."""
        refusal: TokenRefused | None = None
        renew = self.renewals.get(integration.provider)
        if renew is None:
            raise GiveUp(f"Nobody knows how tokens of {integration.provider} are renewed.")
        for name in (REFRESH, FORMER):
            if name not in integration.sealed:
                continue
            try:
                return await renew(integration.external_id, self._secret(integration, name)), name
            except TokenRefused as refused:
                if refused.code == "invalid_client":  # the fault is the desk's own
                    raise GiveUp(f"The desk's app is not known by its key and secret: {refused}") from refused
                refusal = refusal or refused
            except MissingSetting as missing:
                raise GiveUp(str(missing)) from missing
        told = f"{_whom(integration)} gives no new access token: {refusal}"
        await self._tell_trouble(integration, told)
        raise GiveUp(f"{told}. Connect it anew.") from refusal

    async def _keep(self, known: Integration, granted: Granted, spent: str, work: Work) -> str:
        fresh = await _connected(known.organization_id, known.id, work)
        if fresh.sealed != known.sealed:
            return self._secret(fresh, ACCESS)
        sealed = {name: self.vault.seal(value) for name, value in granted.secrets.items()}
        kept = {**known.sealed, FORMER: known.sealed[spent], **sealed}
        settings = without(fresh.settings, (EXPIRY, TROUBLE))
        await work.integrations.replace(evolve(fresh, settings={**settings, **granted.settings}, sealed=kept))
        return granted.secrets[ACCESS]

    async def _tell_trouble(self, known: Integration, told: str) -> None:
        async def unit(work: Work) -> None:
            fresh = await _connected(known.organization_id, known.id, work)
            if fresh.sealed != known.sealed or TROUBLE in fresh.settings:
                return
            occasion = Occasion(self.clock(), self.new_id, DESK)
            after = evolve(fresh, settings={**fresh.settings, TROUBLE: told})
            await keep_account(fresh, after, work, occasion)
            notice = notice_of(fresh.organization_id, Notice.ACCOUNT_UNREACHABLE, fresh.id, occasion)
            await work.jobs.add(notice)

        await self.store.transact(unit)


async def letter_about_account(
    organization_id: OrganizationId, about: Mapping[str, Any], view: View
) -> Letter | None:
    """What the admins are written when an account lets the desk in no more."""
    integration_id = IntegrationId(UUID(about["subject_id"]))
    account = await view.integrations.get(organization_id, integration_id)
    if account is None or TROUBLE not in account.settings:
        return None
    told = f"The desk cannot call {account.external_id} any more. {account.settings[TROUBLE]}"
    goes_on = "Its webhooks go on. " if account.provider in REGISTERING else ""
    how = f"{goes_on}Connect it anew, under Settings, Integrations, and all is well again."
    return Letter(f"Connect {account.external_id} anew", f"{told}\n\n{how}\n")


def without(settings: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    left_out = set(names)
    return {name: value for name, value in settings.items() if name not in left_out}


async def _connected(
    organization_id: OrganizationId, integration_id: IntegrationId, view: View
) -> Integration:
    known = await view.integrations.get(organization_id, integration_id)
    if known is None or known.state is not IntegrationState.CONNECTED:
        raise GiveUp("The account is disconnected.")
    return known


async def _drop_former(known: Integration, work: Work) -> None:
    fresh = await _connected(known.organization_id, known.id, work)
    if fresh.sealed == known.sealed:
        await work.integrations.replace(evolve(fresh, sealed=without(fresh.sealed, [FORMER])))


def _lease(integration: Integration) -> str:
    return f"token:{integration.id}"


def _whom(integration: Integration) -> str:
    return _NAMES.get(integration.provider, "The account")
