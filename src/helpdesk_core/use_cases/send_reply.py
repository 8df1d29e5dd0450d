"""An answer leaves the desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.addresses import BadAddress
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, DeliveryState, Kind, with_delivery
from helpdesk_core.email import MailPart
from helpdesk_core.errors import Conflict, MissingSetting, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, JobId, NewId, OrganizationId
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, TryLater, short_error
from helpdesk_core.letters import Dress, dress_of, letter_of
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mail import Accepted, MailSender
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.find_ticket import existing_ticket
from helpdesk_core.use_cases.post_conversation import sending_of
from helpdesk_core.users import DESK, Actor

DRESS = "dress"
"""In the metadata of an answer that has not left: what stands under and around it."""
CLAIM = timedelta(minutes=10)
"""How long an answer stays in the hands of one job, longer than any sending may take."""


@frozen
class SendReply:
    """Sends a queued answer by mail and records how that went.

    Runs at least once: what was sent already is not sent again, and a repetition after a crash bears the same key and
    Message-ID, so that the other side can tell. A failure is raised for the job engine to try again; after the last
    try the answer stands as `failed` with the reason.
    """

    store: Store
    blobs: Blobs
    sender: MailSender
    domain: MailDomain
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, conversation_id: ConversationId, job_id: JobId, attempt: int
    ) -> None:
        claim = partial(self._claim, organization_id, conversation_id, job_id)
        found = await self.store.transact(claim)
        if found is None:
            return
        organization, ticket, conversation, files = found
        try:
            dress = Dress(*conversation.metadata[DRESS])
            parts = await self._parts(files)
            mail = letter_of(organization, ticket, conversation, dress, parts, self.domain)
            accepted = await self.sender.send(mail, key=f"ticket-reply/{conversation.id}")
        except MissingSetting as missing:
            await self._record(conversation, DeliveryState.FAILED, str(missing))
            raise GiveUp(str(missing)) from missing
        except BadAddress as bad:
            await self._record(conversation, DeliveryState.FAILED, str(bad))
            raise GiveUp(str(bad)) from bad
        except Exception as error:
            if attempt >= MAX_ATTEMPTS or isinstance(error, GiveUp):
                await self._record(conversation, DeliveryState.FAILED, str(error) or short_error(error))
            else:
                detail = (
                    f"Will be tried again: {error}" if isinstance(error, TryLater) else "Will be tried again."
                )
                await self._record(conversation, DeliveryState.QUEUED, detail)
            raise
        await self._record(conversation, DeliveryState.SENT, accepted.detail, accepted)

    async def _claim(
        self, organization_id: OrganizationId, conversation_id: ConversationId, job_id: JobId, work: Work
    ) -> "Found | None":
        """What there is to send, from now on in this job's hands alone; None where it was sent."""
        found = await _letter_of(organization_id, conversation_id, work)
        if found is None:
            return None
        organization, ticket, reply, files = found
        now = self.clock()
        holder, since = reply.metadata.get("sending", (str(job_id), now.isoformat()))
        if holder != str(job_id) and now - datetime.fromisoformat(since) < CLAIM:
            raise TryLater("The answer is being sent by another job.", CLAIM)
        dress = await _dress(organization, ticket, reply, work)
        sending = [str(job_id), now.isoformat()]
        claimed = evolve(reply, metadata={**reply.metadata, DRESS: dress, "sending": sending})
        await work.conversations.replace(claimed)
        return organization, ticket, claimed, files

    async def _parts(self, files: Sequence[Attachment]) -> tuple[MailPart, ...]:
        return tuple(
            [
                MailPart(
                    file.filename,
                    file.content_type,
                    await self.blobs.get(file.organization_id, file.digest),
                    file.content_id,
                    file.inline,
                )
                for file in files
                if file.digest is not None
            ]
        )

    async def _record(
        self, reply: Conversation, state: DeliveryState, detail: str | None, accepted: Accepted | None = None
    ) -> None:
        async def unit(work: Work) -> None:
            fresh = await work.conversations.get(reply.organization_id, reply.id)
            if fresh is None:
                return
            over = ("sending", DRESS) if state is DeliveryState.SENT else ("sending",)
            settled = {name: value for name, value in fresh.metadata.items() if name not in over}
            moved = evolve(with_delivery(fresh, state, detail), metadata=settled)
            if accepted and accepted.provider_id:
                moved = evolve(moved, external_id=accepted.provider_id)
            await work.conversations.replace(moved)
            if accepted and accepted.message_id:
                await work.threads.remember(
                    reply.organization_id, reply.ticket_id, (accepted.message_id,), None
                )
            occasion = Occasion(self.clock(), self.new_id, DESK, cause=f"conversation:{reply.id}")
            data = {"ticket_id": str(reply.ticket_id), "state": state.value, "detail": detail}
            await work.log.append(
                occasion.event(reply.organization_id, "conversation.delivery", reply.id, data)
            )

        await self.store.transact(unit)


@frozen
class RetryReply:
    """Puts a failed answer back in line, with the same ids and recipients."""

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self, organization_id: OrganizationId, conversation_id: ConversationId, actor: Actor
    ) -> Conversation:
        async def unit(work: Work) -> Conversation:
            reply = existing(
                await work.conversations.get(organization_id, conversation_id),
                "conversation",
                conversation_id,
            )
            if reply.delivery is None or reply.delivery.state is not DeliveryState.FAILED:
                raise Conflict("Only an answer whose delivery has failed can be retried.")
            if reply.redacted_at is not None:
                raise Conflict("The answer was redacted; it will not be sent.")
            if not reply.mail.to:
                raise Conflict("The customer has no e-mail address to send it to.")
            occasion = Occasion(self.clock(), self.new_id, actor)
            queued = with_delivery(reply, DeliveryState.QUEUED)
            await work.conversations.replace(queued)
            await work.jobs.add(sending_of(queued, occasion))
            return queued

        return await self.store.transact(unit)


Found = tuple[Organization, Ticket, Conversation, Sequence[Attachment]]


async def _letter_of(
    organization_id: OrganizationId, conversation_id: ConversationId, view: View
) -> Found | None:
    """What there is to send; None where it was sent already or is gone."""
    reply = await view.conversations.get(organization_id, conversation_id)
    organization = await view.organizations.get(organization_id)
    if reply is None or organization is None or reply.kind is not Kind.REPLY or reply.delivery is None:
        return None
    if (
        reply.delivery.state not in (DeliveryState.QUEUED, DeliveryState.FAILED)
        or reply.redacted_at is not None
    ):
        return None
    ticket = await existing_ticket(organization_id, reply.ticket_id, view)
    ids = [AttachmentId(attachment_id) for attachment_id in reply.attachment_ids]
    found = await view.attachments.many(organization_id, ids) if ids else {}
    return (
        organization,
        ticket,
        reply,
        [found[attachment_id] for attachment_id in ids if attachment_id in found],
    )


async def _dress(organization: Organization, ticket: Ticket, reply: Conversation, view: View) -> list[str]:
    """What stands under and around the answer: as at its first try, since the other side may have that already."""
    if DRESS in reply.metadata:
        return list(reply.metadata[DRESS])
    plain = not (organization.mail_settings.signature or organization.mail_settings.template)
    customer = None if plain else await view.customers.get(organization.id, ticket.customer_id)
    dress = dress_of(organization, ticket, customer, reply)
    return [dress.signature, dress.before, dress.after]
