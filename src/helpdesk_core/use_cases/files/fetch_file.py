"""A file that a provider keeps for us is fetched, after the message that it belongs to was taken in."""

from collections.abc import Mapping

from attrs import evolve, frozen

from helpdesk_core.attachments import MAX_UPLOAD, Attachment, AttachmentState, FileOrigin, safe_filename
from helpdesk_core.errors import MissingSetting
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, NewId, OrganizationId
from helpdesk_core.integrations import IntegrationState
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, TryLater, short_error
from helpdesk_core.media_types import HEAD, served_type
from helpdesk_core.ports.blobs import Blobs, Sniff
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.messages import FetchedFile, FileSource, OpenAccount
from helpdesk_core.ports.secrets import Vault
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.use_cases.accounts.open_account import opened
from helpdesk_core.use_cases.files.forget_blobs import forgetting_of
from helpdesk_core.users import DESK

LONGEST_DETAIL = 300


@frozen
class FetchFile:
    """Fetches a pending attachment and keeps it. The type is told by the bytes, never by who sent them.

    A file that cannot be had stays as a place in its message, with the reason; the message was there before it.
    """

    store: Store
    blobs: Blobs
    vault: Vault
    sniff: Sniff
    sources: Mapping[str, FileSource]
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, attachment_id: AttachmentId, attempt: int
    ) -> None:
        async def look(view: View) -> Attachment | None:
            return await view.attachments.get(organization_id, attachment_id)

        pending = await self.store.read(look)
        if pending is None or pending.state is not AttachmentState.PENDING or pending.origin is None:
            return
        try:
            source = self.sources[pending.origin.source]
            account = await self._account(organization_id, pending.origin)
            found = await source.fetch(pending.origin.reference, account, MAX_UPLOAD)
        except Exception as error:
            last = attempt >= MAX_ATTEMPTS or isinstance(error, GiveUp | MissingSetting)
            if last:
                told = (
                    str(error)
                    if isinstance(error, GiveUp | TryLater | MissingSetting)
                    else short_error(error)
                )
                await self._settle(pending, AttachmentState.FAILED, detail=told[:LONGEST_DETAIL])
            if isinstance(error, GiveUp):
                return  # the message shows why, and trying again would change nothing
            raise
        digest = await self.blobs.put(organization_id, found.content)
        await self._settle(_stored(pending, found, digest, self.sniff), AttachmentState.STORED)

    async def _account(self, organization_id: OrganizationId, origin: FileOrigin) -> OpenAccount | None:
        """The account that it came to, while it is connected."""

        async def look(view: View) -> OpenAccount | None:
            found = await view.integrations.by_account(origin.provider, origin.account)
            if found is None or found.organization_id != organization_id:
                return None
            return opened(found, self.vault) if found.state is IntegrationState.CONNECTED else None

        return await self.store.read(look)

    async def _settle(
        self, attachment: Attachment, state: AttachmentState, detail: str | None = None
    ) -> None:
        async def unit(work: Work) -> None:
            fresh = await work.attachments.get(attachment.organization_id, attachment.id)
            occasion = Occasion(self.clock(), self.new_id, DESK)
            if fresh is None or fresh.state is not AttachmentState.PENDING:
                if attachment.digest is not None:  # its message was taken back meanwhile
                    gone = forgetting_of(attachment.organization_id, [attachment.digest], occasion)
                    await work.jobs.add(gone)
                return
            # Where its message went meanwhile, the file went, too.
            settled = evolve(attachment, ticket_id=fresh.ticket_id, state=state, detail=detail, origin=None)
            await work.attachments.replace(settled)
            of = {"ticket_id": str(fresh.ticket_id)} if fresh.ticket_id else {}
            if fresh.conversation_id is not None:
                event = occasion.event(
                    fresh.organization_id, "conversation.updated", fresh.conversation_id, of
                )
                await work.log.append(event)

        await self.store.transact(unit)


def _stored(pending: Attachment, found: FetchedFile, digest: str, sniff: Sniff) -> Attachment:
    filename = safe_filename(found.filename or pending.filename)
    head = found.content[:HEAD]
    declared = found.content_type or pending.content_type
    return evolve(
        pending,
        filename=filename,
        content_type=served_type(declared, filename, head, sniff(head)),
        size=len(found.content),
        digest=digest,
    )
