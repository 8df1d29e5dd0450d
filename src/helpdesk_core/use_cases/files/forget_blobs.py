"""The bytes of files that nothing names any more go."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from helpdesk_core.attachments import GRACE
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import NewId, OrganizationId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.quarantine import QuarantinedMail
from helpdesk_core.users import DESK


@frozen
class ForgetBlobs:
    """Removes those of these digests that no attachment of the organization has, nor a mail that is held.

    Bytes that were put within the last hour stay for now, since the attachment they were put for may be about to be
    stored: another job looks at them again when the hour is over.
    """

    store: Store
    blobs: Blobs
    clock: Clock
    new_id: NewId

    async def __call__(self, organization_id: OrganizationId, digests: Sequence[str]) -> None:
        async def look(view: View) -> frozenset[str]:
            attached = await view.attachments.named(organization_id, digests)
            return attached | await view.quarantine.naming(organization_id, digests)

        now = self.clock()
        named = await self.store.read(look)
        young = [
            digest
            for digest in digests
            if digest not in named
            and not await self.blobs.remove(organization_id, digest, put_before=now - GRACE)
        ]
        if young:
            occasion = Occasion(now, self.new_id, DESK)
            again = forgetting_of(organization_id, young, occasion, now + GRACE)
            await self.store.transact(lambda work: work.jobs.add(again))


def forgetting_of(
    organization_id: OrganizationId,
    digests: Sequence[str],
    occasion: Occasion,
    run_at: datetime | None = None,
) -> Job:
    """The job that removes the bytes of these digests; to be added where the attachments that had them go."""
    payload = {"digests": sorted(set(digests))}
    return occasion.job(organization_id, JobKind.FORGET_BLOBS, payload, run_at)


async def forget_held_step(mail: QuarantinedMail, work: Work, occasion: Occasion) -> None:
    """The step: nothing is left of the mail in quarantine, nor of the files that waited with it."""
    await work.quarantine.remove(mail.organization_id, mail.id)
    if mail.digests:
        await work.jobs.add(forgetting_of(mail.organization_id, mail.digests, occasion))
