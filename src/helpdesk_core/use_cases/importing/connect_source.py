"""An account of another desk is connected, once its key has been tried."""

from collections.abc import Awaitable, Callable, Mapping

from attrs import frozen

from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.integrations import Integration
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.use_cases.accounts.connect_integration import connect_step
from helpdesk_core.use_cases.importing.order_import import AccountName
from helpdesk_core.users import Actor

CheckKey = Callable[[str, str], Awaitable[None]]
"""Whether a key opens an account. Raises AccessDenied, CredentialsRefused, SourceGone, TryLater where it does not."""


@frozen
class SourceKind:
    """How accounts of a source are named, what their key is called among an account's secrets, and how it is tried."""

    name: AccountName
    secret: str
    check: CheckKey


@frozen
class ConnectSource:
    """Connects an account with a key that opens it; the key is sealed before it is kept. Nothing is imported yet.

    Raises InvalidValue for what can be no account, before anything is called; AlreadyTaken where it is another
    organization's; and what CheckKey raises.
    """

    store: Store
    vault: Vault
    kinds: Mapping[str, SourceKind]
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, source: str, account: str, key: str, actor: Actor
    ) -> Integration:
        kind = self.kinds[source]
        name = kind.name(account)
        await kind.check(name, key)
        sealed = {kind.secret: self.vault.seal(key)}

        async def unit(work: Work) -> Integration:
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await connect_step(organization_id, source, name, {}, sealed, work, occasion)

        return await self.store.transact(unit)
