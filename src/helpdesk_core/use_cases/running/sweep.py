"""What has outlived its use is swept out, a handful at a time, so that nobody waits behind a broom."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from attrs import frozen

from helpdesk_core.attachments import LOOSE_LIFE, Attachment
from helpdesk_core.budgets import LONGEST
from helpdesk_core.event_log import Occasion
from helpdesk_core.idempotency import ANSWERS_LAST
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.notifications import KEPT_FOR
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.quarantine import HELD_FOR
from helpdesk_core.use_cases.files.forget_blobs import forget_held_step
from helpdesk_core.use_cases.files.upload_file import discard_step
from helpdesk_core.users import DESK
from helpdesk_core.widget_sessions import SESSION_LIFE

BATCH = 500
"""How many rows one unit of work removes."""


@frozen
class Swept:
    """How many of each were swept out."""

    uploads: int
    answers: int
    sessions: int
    jobs: int
    bodies: int
    deliveries: int = 0
    visitors: int = 0
    held_mails: int = 0


@frozen
class Sweep:
    """Removes what is too old, of every organization:

    - uploads that no message has claimed within a day, with their bytes where nothing else has the same;
    - answers that were kept for Idempotency-Key, after a day;
    - sessions that have ended, and failed log-ins that no longer count;
    - jobs that were done before the retention began, and the bodies of webhook events that came to rest and were
      received before it. The events' rows stay, so that one delivered again after years is still known;
    - deliveries to webhook endpoints that came to rest before the retention began;
    - mail that was held a month ago, whatever became of it, with the files that waited with it, and budgets that are
      full again;
    - what is known of messages by their providers' ids, of which nothing was told since the retention began;
    - links to come in or choose a password that have ended, and notifications, after a month;
    - widget sessions that have ended, and what tells that a message was sent twice, after an hour.
    """

    store: Store
    clock: Clock
    new_id: NewId
    retention: timedelta
    """How long done jobs, raw webhook bodies and deliveries are kept."""
    attempts_count: timedelta
    """How long a failed log-in counts."""

    async def __call__(self) -> Swept:
        now = self.clock()
        old = now - self.retention
        await self._all(lambda work: work.submissions.forget(now - timedelta(hours=1), BATCH))
        await self._all(lambda work: work.installs.forget(now, BATCH))
        await self._all(lambda work: work.provider_messages.forget(old, BATCH))
        await self._all(lambda work: work.budgets.forget(now - LONGEST, BATCH))
        await self._all(lambda work: work.user_links.forget(now, BATCH))
        await self._all(lambda work: work.notifications.forget(now - KEPT_FOR, BATCH))
        await self.store.transact(lambda work: work.log_in_attempts.forget("", now - self.attempts_count))
        return Swept(
            uploads=await self._uploads(now - LOOSE_LIFE),
            answers=await self._all(lambda work: work.kept_answers.forget(now - ANSWERS_LAST, BATCH)),
            sessions=await self.store.transact(lambda work: work.sessions.remove_expired(now)),
            jobs=await self._all(lambda work: work.jobs.forget_done(old, BATCH)),
            bodies=await self._all(lambda work: work.inbox.empty(old, BATCH)),
            deliveries=await self._all(lambda work: work.deliveries.forget(old, BATCH)),
            visitors=await self._all(
                lambda work: work.widget_sessions.remove_unused(now - SESSION_LIFE, BATCH)
            ),
            held_mails=await self._all(partial(self._forget_held, now - HELD_FOR)),
        )

    async def _all(self, unit: Callable[[Work], Awaitable[int]]) -> int:
        """Batch after batch, until there is nothing left."""
        total = 0
        while found := await self.store.transact(unit):
            total += found
            if found < BATCH:
                break
        return total

    async def _forget_held(self, before: datetime, work: Work) -> int:
        occasion = Occasion(self.clock(), self.new_id, DESK)
        old = await work.quarantine.before(before, BATCH)
        for mail in old:
            await forget_held_step(mail, work, occasion)
        return len(old)

    async def _uploads(self, before: datetime) -> int:
        async def look(view: View) -> list[Attachment]:
            return list(await view.attachments.loose(before, BATCH))

        total = 0
        while found := await self.store.read(look):
            for organization_id, theirs in groupby(sorted(found, key=_owner), key=_owner):
                total += await self._discard(organization_id, tuple(theirs))
            if len(found) < BATCH:
                break
        return total

    async def _discard(self, organization_id: OrganizationId, loose: Iterable[Attachment]) -> int:
        """Those that are loose still: a message may have claimed one meanwhile."""

        async def unit(work: Work) -> int:
            occasion = Occasion(self.clock(), self.new_id, DESK)
            ids = [attachment.id for attachment in loose]
            there = (await work.attachments.many(organization_id, ids)).values()
            still = [attachment for attachment in there if attachment.loose]
            if still:
                await discard_step(organization_id, still, work, occasion)
            return len(still)

        return await self.store.transact(unit)


def _owner(attachment: Attachment) -> OrganizationId:
    return attachment.organization_id
