"""A mailbox is opened, with a fresh access token where the old one has run out."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from attrs import evolve, frozen

from helpdesk_core.ids import NewId
from helpdesk_core.integrations import Integration, IntegrationState
from helpdesk_core.jobs import GiveUp, TryLater
from helpdesk_core.mailboxes import MailboxTrouble, Renewal, Trouble, account_of, renewal_of
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mailboxes import Mailboxes, OpenMailbox
from helpdesk_core.ports.secrets import SecretLost, Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.ports.tokens import RenewToken, TokenGrant, TokenRefused, TokenRequest
from helpdesk_core.use_cases.accounts.leases import give_lease_back, take_lease

EXPIRY: Final = "access_token_expires_at"
"""The setting that tells until when the access token holds, where whoever gave it has said so."""
AHEAD: Final = timedelta(minutes=2)
"""How long before it runs out a token is renewed, so that it does not run out on the way."""
LEASE: Final = timedelta(seconds=90)
"""How long a process is believed to be renewing a token; longer than the call may take."""
MENDED_BY_SETTINGS: Final = frozenset({"invalid_request", "invalid_scope", "unsupported_grant_type"})


@frozen
class RenewAccessToken:
    """Fetches a new access token of a mailbox, and keeps it sealed before it is used.

    One process at a time does it, since some who give tokens accept each refresh token once. What was connected
    anew meanwhile is not overwritten.
    """

    store: Store
    vault: Vault
    renew: RenewToken
    clock: Clock
    new_id: NewId

    async def __call__(self, integration: Integration, renewal: Renewal) -> Integration:
        """The integration with a token that is fresh; MailboxTrouble where none can be had."""
        holder = str(self.new_id())
        known = await self.store.transact(partial(self._take, integration, holder))
        if known.sealed != integration.sealed:
            return known  # somebody else has done it
        try:
            grant = await self._granted(renewal)
            return await self.store.transact(partial(self._keep, known, grant))
        finally:
            await self.store.transact(partial(give_lease_back, _lease(integration), holder))

    async def _take(self, integration: Integration, holder: str, work: Work) -> Integration:
        known = await connected(integration, work)
        if known.sealed != integration.sealed:
            return known
        if not await take_lease(_lease(integration), holder, self.clock(), LEASE, work):
            raise MailboxTrouble(Trouble.TRANSIENT, "Another process is renewing its access token.")
        return known

    async def _granted(self, renewal: Renewal) -> TokenGrant:
        asked = TokenRequest(
            renewal.token_url, renewal.client_id, renewal.refresh_token, renewal.client_secret
        )
        try:
            return await self.renew(asked)
        except TokenRefused as refused:
            kind = Trouble.SETUP if refused.code in MENDED_BY_SETTINGS else Trouble.AUTHENTICATION
            raise MailboxTrouble(kind, f"No new access token is given: {refused}") from refused
        except TryLater as error:
            told = f"No new access token could be fetched: {error}"
            raise MailboxTrouble(Trouble.TRANSIENT, told) from error
        except GiveUp as error:
            raise MailboxTrouble(Trouble.SETUP, f"token_url: {error}") from error

    async def _keep(self, integration: Integration, grant: TokenGrant, work: Work) -> Integration:
        known = await connected(integration, work)
        if known.sealed != integration.sealed:
            return known
        sealed = {**known.sealed, "access_token": self.vault.seal(grant.access_token)}
        if grant.refresh_token is not None:
            sealed["refresh_token"] = self.vault.seal(grant.refresh_token)
        settings = {name: value for name, value in known.settings.items() if name != EXPIRY}
        if grant.lasts is not None:
            settings[EXPIRY] = (self.clock() + grant.lasts).isoformat(timespec="seconds")
        changed = evolve(known, settings=settings, sealed=sealed)
        await work.integrations.replace(changed)
        return changed


@frozen
class ReachMailbox:
    """Opens a mailbox as its organization has connected it; MailboxTrouble says what is in the way.

    An access token is renewed before it runs out, and once more where the server refuses it all the same.
    """

    store: Store
    mailboxes: Mailboxes
    vault: Vault
    renew: RenewAccessToken
    clock: Clock

    @asynccontextmanager
    async def __call__(self, integration: Integration) -> AsyncIterator[OpenMailbox]:
        known = await self.store.read(partial(connected, integration))
        secrets = self._secrets(known)
        renewal = renewal_of(known.settings, secrets)
        if renewal is not None and self._has_run_out(known):
            secrets = self._secrets(await self.renew(known, renewal))
            renewal = None
        async with AsyncExitStack() as stack:
            try:
                account = account_of(known.external_id, known.settings, secrets)
                box = await stack.enter_async_context(self.mailboxes.open(account))
            except MailboxTrouble as trouble:
                if trouble.trouble is not Trouble.AUTHENTICATION or renewal is None:
                    raise
                secrets = self._secrets(await self.renew(known, renewal))
                account = account_of(known.external_id, known.settings, secrets)
                box = await stack.enter_async_context(self.mailboxes.open(account))
            yield box

    def _secrets(self, integration: Integration) -> Mapping[str, str]:
        try:
            return {name: self.vault.unseal(text) for name, text in integration.sealed.items()}
        except SecretLost as lost:
            told = "Its secrets were sealed with a key that is gone."
            raise MailboxTrouble(Trouble.SETUP, told) from lost

    def _has_run_out(self, integration: Integration) -> bool:
        if "access_token" not in integration.sealed:
            return True
        until = integration.settings.get(EXPIRY)
        return until is not None and datetime.fromisoformat(until) - AHEAD <= self.clock()


async def connected(integration: Integration, view: View) -> Integration:
    """The integration as it is now; MailboxTrouble where it has been disconnected."""
    known = await view.integrations.get(integration.organization_id, integration.id)
    if known is None or known.state is not IntegrationState.CONNECTED:
        raise MailboxTrouble(Trouble.SETUP, "It is disconnected.")
    return known


def _lease(integration: Integration) -> str:
    return f"mailbox-token:{integration.id}"
