"""All mailboxes are synced, several at a time."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import anyio
import structlog
from attrs import frozen

from helpdesk_core.ids import OrganizationId
from helpdesk_core.integrations import TROUBLE, Integration
from helpdesk_core.jobs import short_error
from helpdesk_core.mailboxes import MailboxAccount, MailboxTrouble, Trouble, is_to_be_fetched
from helpdesk_core.ports.mailboxes import Mailboxes, OpenMailbox
from helpdesk_core.ports.store import Store
from helpdesk_core.use_cases.mail.sync_mailbox import Synced, SyncMailbox

AT_ONCE = 8


@frozen
class SyncMailboxes:
    """One pass over every mailbox that is to be fetched from, or over those of one organization."""

    store: Store
    sync: SyncMailbox

    async def __call__(
        self, organization_id: OrganizationId | None = None, *, by_schedule: bool = False
    ) -> Sequence[Synced]:
        """What was done, by address. A mailbox that fails is told, and holds up no other.

        A pass `by_schedule` leaves out mailboxes whose log-in is refused: servers lock accounts that are tried too
        often. They are tried when somebody asks, and now and then by whoever watches them.
        """
        connected = await self.store.read(lambda view: view.integrations.connected("imap"))
        wanted = [
            one
            for one in connected
            if organization_id in (None, one.organization_id)
            and is_to_be_fetched(one.settings, one.sealed)
            and not (by_schedule and one.settings.get(TROUBLE, "").startswith(Trouble.AUTHENTICATION))
        ]
        done: dict[str, Synced] = {}
        room = anyio.CapacityLimiter(AT_ONCE)

        async def one_of_them(integration: Integration) -> None:
            async with room:
                done[integration.external_id] = await self._synced(integration)

        async with anyio.create_task_group() as tasks:
            for integration in wanted:
                tasks.start_soon(one_of_them, integration)
        return [done[integration.external_id] for integration in wanted]

    async def _synced(self, integration: Integration) -> Synced:
        try:
            return await self.sync(integration)
        except Exception as error:  # noqa: BLE001  the store's trouble or a fault of ours: not the other mailboxes'
            structlog.get_logger().error(
                "mailbox_sync_failed", integration=str(integration.id), exc_info=error
            )
            return Synced(integration.external_id, error=short_error(error))


def mailboxes() -> Mailboxes:
    """Over IMAP, where the extra is installed; else each mailbox says how to install it."""
    try:
        from helpdesk_adapters.email.imap.session import ImapMailboxes
    except ModuleNotFoundError as error:
        if error.name != "aioimaplib":
            raise
        return NotInstalled()
    return ImapMailboxes()


class NotInstalled:
    """Mailboxes of a desk without the extra `imap`."""

    def open(self, account: MailboxAccount) -> AbstractAsyncContextManager[OpenMailbox]:
        told = "IMAP is not installed here; install it with: pip install 'helpdesk[imap]'"
        raise MailboxTrouble(Trouble.SETUP, told)
