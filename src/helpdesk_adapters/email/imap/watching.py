"""Mailboxes are watched, so that mail is a ticket as soon as it has arrived (IDLE, RFC 2177).

The periodic pass stays: what a watched line misses, and mailboxes whose server cannot tell, it fetches.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial

import anyio
import structlog
from anyio.abc import TaskGroup
from attrs import define, field

from helpdesk_adapters.email.imap.passes import AT_ONCE
from helpdesk_core.errors import StoreUnavailable
from helpdesk_core.ids import IntegrationId, NewId
from helpdesk_core.integrations import Integration
from helpdesk_core.mailboxes import MailboxTrouble, Trouble, is_to_be_fetched
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mailboxes import OpenMailbox
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.accounts.leases import give_lease_back, is_held_by_another, take_lease
from helpdesk_core.use_cases.mail.reach_mailbox import ReachMailbox
from helpdesk_core.use_cases.mail.sync_mailbox import BUSY, SyncMailbox

LEASE_NAME = "mailboxes-watch"
LEASE = timedelta(seconds=60)
LOOK_EVERY = 20.0
"""Seconds between two looks at which mailboxes are connected; each keeps the lease."""
ASK_AGAIN = 540.0
"""Seconds after which IDLE is begun anew: servers may forget a silent line after 30 minutes (RFC 2177), and what lies
between does so sooner."""
BETWEEN_PASSES = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 900.0
NEED_A_PERSON = (Trouble.SETUP, Trouble.AUTHENTICATION, Trouble.PROTOCOL)
LEAVE_WITHIN = 2.0


@define
class WatchMailboxes:
    """Keeps a line open to every mailbox that is to be fetched from; a pass is made when its server tells of mail.

    Of the processes of a desk one watches; where it dies, another takes over within two minutes. A line that breaks
    is opened again after a pause that grows; what needs a person is looked at four times an hour.
    """

    store: Store
    reach: ReachMailbox
    sync: SyncMailbox
    clock: Clock
    new_id: NewId
    _watched: "dict[_Key, anyio.CancelScope]" = field(factory=dict, init=False)
    _room: anyio.CapacityLimiter | None = field(default=None, init=False)

    async def __call__(self) -> None:
        """Until it is cancelled."""
        holder = str(self.new_id())
        self._room = anyio.CapacityLimiter(AT_ONCE)
        self._watched.clear()
        try:
            async with anyio.create_task_group() as tasks:
                while True:
                    await self._look(holder, tasks)
                    await anyio.sleep(LOOK_EVERY)
        finally:
            with anyio.move_on_after(LEAVE_WITHIN, shield=True):
                await self._leave(holder)

    async def _look(self, holder: str, tasks: TaskGroup) -> None:
        try:
            wanted = {(one.id, one.updated_at): one for one in await self._wanted(holder)}
        except StoreUnavailable:
            return  # whatever is watched may go on: a pass has a lease of its own
        for key in self._watched.keys() - wanted.keys():
            self._watched.pop(key).cancel()
        for key in wanted.keys() - self._watched.keys():
            self._watched[key] = anyio.CancelScope()
            tasks.start_soon(self._watch, wanted[key], self._watched[key])

    async def _wanted(self, holder: str) -> Sequence[Integration]:
        """The mailboxes that this process is to watch: all, or none where another process does."""

        async def look(view: View) -> Sequence[Integration]:
            if await is_held_by_another(LEASE_NAME, holder, self.clock(), view):
                return ()
            return [
                one
                for one in await view.integrations.connected("imap")
                if is_to_be_fetched(one.settings, one.sealed)
            ]

        found = await self.store.read(look)
        if not found:
            return ()
        taken = await self.store.transact(partial(take_lease, LEASE_NAME, holder, self.clock(), LEASE))
        return found if taken else ()

    async def _leave(self, holder: str) -> None:
        async def unit(work: Work) -> None:
            await give_lease_back(LEASE_NAME, holder, work)

        try:
            if self._watched:
                await self.store.transact(unit)
        except StoreUnavailable:
            return  # it runs out by itself

    async def _watch(self, integration: Integration, scope: anyio.CancelScope) -> None:
        """Until its scope is cancelled: it has been disconnected, or connected in another way."""
        with scope:
            pause = FIRST_PAUSE
            while True:
                begun = self.clock()
                trouble = await self._listen(integration)
                if self.clock() - begun > timedelta(seconds=ASK_AGAIN):
                    pause = FIRST_PAUSE
                if trouble in NEED_A_PERSON:
                    pause = LONGEST_PAUSE
                await anyio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _listen(self, integration: Integration) -> Trouble | None:
        """What has ended it; None: a fault of ours, or the store's."""
        log = structlog.get_logger().bind(integration=str(integration.id))
        try:
            async with AsyncExitStack() as stack:
                async with self._limit:
                    box = await stack.enter_async_context(self.reach(integration))
                await self._fetch_and_wait(integration, box)
        except MailboxTrouble as trouble:
            # What is wrong is told by the passes; here it only means that mail comes a little later.
            log.info("mailbox_watch_paused", trouble=trouble.trouble.value)
            return trouble.trouble
        except Exception as error:
            log.error("mailbox_watch_failed", exc_info=error)
        return None

    async def _fetch_and_wait(self, integration: Integration, box: OpenMailbox) -> None:
        while True:
            await self._fetch(integration)
            await anyio.sleep(BETWEEN_PASSES)  # a server that always has news does not keep the desk busy
            while not await box.news(ASK_AGAIN):
                continue

    async def _fetch(self, integration: Integration) -> None:
        while True:
            async with self._limit:
                done = await self.sync(integration)
            if done.error != BUSY:
                return
            await anyio.sleep(BETWEEN_PASSES)  # the other pass may have looked before the news

    @property
    def _limit(self) -> anyio.CapacityLimiter:
        assert self._room is not None
        return self._room


_Key = tuple[IntegrationId, datetime]
