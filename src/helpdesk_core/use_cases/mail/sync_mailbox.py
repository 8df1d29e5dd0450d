"""New mail of a mailbox is fetched, each message once."""

import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Final

from attrs import define, evolve, frozen

from helpdesk_core.commands import Done
from helpdesk_core.ids import NewId, WebhookEventId
from helpdesk_core.integrations import TROUBLE, Integration, IntegrationState
from helpdesk_core.mailboxes import (
    MailboxTrouble,
    Place,
    Trouble,
    beginning_of,
    begun,
    dealt_with,
    left_behind,
    place_as_text,
    place_from_text,
)
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mailboxes import Described, OpenMailbox
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.accounts.leases import give_lease_back, take_lease
from helpdesk_core.use_cases.mail.push_mail import HEAD_START
from helpdesk_core.use_cases.mail.reach_mailbox import ReachMailbox
from helpdesk_core.use_cases.webhooks.perform_event import PerformEvent
from helpdesk_core.use_cases.webhooks.receive_webhook import admit
from helpdesk_core.webhooks import WebhookEvent

LEASE: Final = timedelta(seconds=30)
"""How long a pass is believed to be at work after it was last heard of."""
AT_ONCE: Final = 50
"""Messages that are asked about in one command."""
MOST_LINES: Final = 5
"""Connections that one pass makes at most, after the line was dropped."""
LARGE: Final = 4 << 20
"""Bytes from which on messages are taken in one after the other, so that many at a time do not fill the memory."""
BUSY: Final = "Another pass is at work on it."


@frozen
class Synced:
    """What a pass over one mailbox did. `skipped` was known already, or is not wanted here."""

    mailbox: str
    fetched: int = 0
    created: int = 0
    skipped: int = 0
    error: str | None = None


@define
class _Pass:
    """One pass, while it goes on."""

    integration: Integration
    token: str
    place: Place | None = None
    fetched: int = 0
    created: int = 0
    skipped: int = 0

    @property
    def steps(self) -> int:
        return self.place.uid if self.place is not None else 0


@frozen
class SyncMailbox:
    """One pass over a mailbox. Never raises over the mailbox: what is wrong is told, and kept with the integration.

    A message, the job that finishes it after a crash, and the place behind it are kept in one unit, so that a
    process which dies anywhere neither loses nor doubles one. Then it is taken in as pushed mail is. Two passes at
    a time do no harm, and a lease keeps the second away while the first goes on.
    """

    store: Store
    reach: ReachMailbox
    perform: PerformEvent
    clock: Clock
    new_id: NewId
    room: AbstractAsyncContextManager[object]
    """Where one large message at a time is taken in, of all passes."""

    async def __call__(self, integration: Integration) -> Synced:
        one = _Pass(integration, str(self.new_id()))
        lease = _name("lease", one.integration)
        taken = partial(take_lease, lease, one.token, self.clock(), LEASE)
        if not await self.store.transact(taken):
            return Synced(integration.external_id, error=BUSY)
        try:
            error = await self._read(one)
        finally:
            await self.store.transact(partial(give_lease_back, lease, one.token))
        await self._tell(integration, error)
        return Synced(integration.external_id, one.fetched, one.created, one.skipped, error)

    async def _read(self, one: _Pass) -> str | None:
        """Reads all there is, over a new line where one was dropped after something had been read."""
        error: str | None = None
        for _ in range(MOST_LINES):
            before = (one.steps, one.fetched)
            try:
                async with self.reach(one.integration) as box:
                    await self._read_open(one, box)
            except MailboxTrouble as trouble:
                error = str(trouble)
                if trouble.trouble is not Trouble.TRANSIENT or (one.steps, one.fetched) == before:
                    return error
            else:
                return _given_up(one.place)
        return error

    async def _read_open(self, one: _Pass, box: OpenMailbox) -> None:
        since = beginning_of(one.integration.settings, one.integration.created_at)
        known = await self.store.read(partial(self._place, one))
        one.place = place = begun(known, box.uidvalidity, box.uid_next, since)
        await self.store.transact(partial(self._keep_place, one))
        new = await box.uids(place)
        for start in range(0, len(new), AT_ONCE):
            uids = new[start : start + AT_ONCE]
            described = await _described(box, uids)
            for uid in uids:
                if _is_wanted(uid, described.get(uid), place):
                    await self._fetch(one, box, uid, described[uid].size)
                else:
                    one.place = dealt_with(one.place, uid)
            await self.store.transact(partial(self._keep_place, one))
        for uid in place.to_retry:
            await self._fetch(one, box, uid, None)

    async def _fetch(self, one: _Pass, box: OpenMailbox, uid: int, size: int | None) -> None:
        async with AsyncExitStack() as stack:
            if size is None or size > LARGE:
                await stack.enter_async_context(self.room)
            await self._fetch_and_take_in(one, box, uid)

    async def _fetch_and_take_in(self, one: _Pass, box: OpenMailbox, uid: int) -> None:
        assert one.place is not None
        try:
            event = await self._event(one, box, uid)
        except MailboxTrouble as trouble:
            one.place = left_behind(one.place, uid)
            await self.store.transact(partial(self._keep_place, one))
            if trouble.trouble is Trouble.PROTOCOL:
                return  # this one cannot be had; it is tried again with the next pass, and holds up no other
            raise
        one.place = dealt_with(one.place, uid)
        if event is None:
            return
        one.fetched += 1
        event_id = event.id
        new = await self.store.transact(partial(self._admit, one, event))
        del event  # the whole message, which is read from the store when it is taken in
        if new:
            await self._take_in(one, event_id)
        else:
            one.skipped += 1

    async def _event(self, one: _Pass, box: OpenMailbox, uid: int) -> WebhookEvent | None:
        message = await box.message(uid)
        if message is None:
            return None
        warning = {"warning": message.warning} if message.warning else {}
        line = json.dumps({"mailbox": one.integration.external_id, **warning}, ensure_ascii=False)
        raw = line.encode() + b"\n" + message.content
        external_id = f"{_name('mail', one.integration)}/{box.uidvalidity}/{uid}"
        event_id = WebhookEventId(self.new_id())
        return WebhookEvent(event_id, "imap", external_id, "email.received", raw, self.clock())

    async def _take_in(self, one: _Pass, event_id: WebhookEventId) -> None:
        try:
            outcomes = await self.perform(event_id, 1)
        except Exception:  # noqa: BLE001  it is noted on the event, and its job goes on with it
            return
        if any(isinstance(outcome, Done) for outcome in outcomes):
            one.created += 1
        else:
            one.skipped += 1

    async def _admit(self, one: _Pass, event: WebhookEvent, work: Work) -> bool:
        await self._keep_place(one, work)
        return bool((await admit([event], self.new_id, work, head_start=HEAD_START)).new)

    async def _place(self, one: _Pass, view: View) -> Place | None:
        text = await view.facts.get(_name("place", one.integration))
        return place_from_text(text) if text else None

    async def _keep_place(self, one: _Pass, work: Work) -> None:
        """Never goes back, whoever else reads the same folder."""
        assert one.place is not None
        known = await self._place(one, work)
        ahead = known is not None and known.uidvalidity == one.place.uidvalidity and known.uid > one.place.uid
        if known is None or not ahead:
            await work.facts.put(_name("place", one.integration), place_as_text(one.place))
        await take_lease(_name("lease", one.integration), one.token, self.clock(), LEASE, work)

    async def _tell(self, integration: Integration, error: str | None) -> None:
        """Keeps what is wrong among the integration's settings, where everybody sees it."""

        async def unit(work: Work) -> None:
            known = await work.integrations.get(integration.organization_id, integration.id)
            if known is None or known.state is not IntegrationState.CONNECTED:
                return
            settings = {name: value for name, value in known.settings.items() if name != TROUBLE}
            settings |= {TROUBLE: error} if error is not None else {}
            if settings != known.settings:
                await work.integrations.replace(evolve(known, settings=settings))

        await self.store.transact(unit)


async def has_been_read(integration: Integration, view: View) -> bool:
    """Whether a pass over its folder has ever got so far as to read."""
    return bool(await view.facts.get(_name("place", integration)))


async def _described(box: OpenMailbox, uids: Sequence[int]) -> dict[int, Described]:
    try:
        return dict(await box.describe(uids))
    except MailboxTrouble as trouble:
        if trouble.trouble is not Trouble.PROTOCOL:
            raise
        return {uid: Described() for uid in uids}  # one of them may be the reason: each by itself, then


def _is_wanted(uid: int, described: Described | None, place: Place) -> bool:
    if described is None:
        return False
    return uid > place.backlog or described.arrived is None or described.arrived >= place.since


def _given_up(place: Place | None) -> str | None:
    if place is None or not place.given_up:
        return None
    uids = ", ".join(str(uid) for uid in place.given_up[:5])
    told = f"{len(place.given_up)} messages cannot be fetched (UID {uids})."
    return str(MailboxTrouble(Trouble.PROTOCOL, told))


def _name(what: str, integration: Integration) -> str:
    return f"mailbox-{what}:{integration.id}:{sha256(_folder(integration).encode()).hexdigest()[:16]}"


def _folder(integration: Integration) -> str:
    settings = integration.settings
    return f"{settings.get('host', '')}/{settings.get('username', '')}/{settings.get('folder', '')}"
