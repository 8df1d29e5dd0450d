"""An answer leaves the desk."""

from collections.abc import Callable, Sequence
from functools import partial

from attrs import evolve, frozen

from helpdesk_core.addresses import BadAddress
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, DeliveryState, Kind, with_delivery
from helpdesk_core.delivery_reports import recipients_of, round_of
from helpdesk_core.email import MailPart, Undelivered
from helpdesk_core.errors import Conflict, MissingSetting, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, JobId, NewId, OrganizationId
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, TryLater, short_error
from helpdesk_core.letters import Dress, dress_of, letter_of
from helpdesk_core.message_sendings import taken_up_again
from helpdesk_core.messages import BY_MESSAGE
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mail import Accepted, MailSender, Refused
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.sendings import (
    CLAIM,
    HANDED_OVER,
    all_left_out,
    claimed,
    for_this_try,
    is_held,
    key_of,
    not_sent,
    partly_sent,
    sent,
)
from helpdesk_core.suppression import SuppressionReason, address_key
from helpdesk_core.tickets import Ticket
from helpdesk_core.translations import awaits_again, waits_for_translation
from helpdesk_core.use_cases.mail.report_delivery import learn_id, tell_delivery
from helpdesk_core.use_cases.mail.suppress_addresses import suppress_step, suppressed_among
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.post_conversation import sending_of
from helpdesk_core.users import DESK, Actor

DRESS = "dress"
"""In the metadata of an answer that has not left: what stands under and around it."""


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
            letter = letter_of(organization, ticket, conversation, dress, parts, self.domain)
            reports = self.domain.bounce_address_of(organization, ticket.number, letter.from_.email)
            mail = for_this_try(letter, conversation, reports)
            accepted = await self.sender.send(mail, key=key_of(conversation))
        except MissingSetting as missing:
            await self._failed(conversation, str(missing))
            raise GiveUp(str(missing)) from missing
        except BadAddress as bad:
            await self._failed(conversation, str(bad))
            raise GiveUp(str(bad)) from bad
        except Refused as refused:
            if HANDED_OVER in conversation.metadata:
                await self._sent(conversation, Accepted(refused=refused.recipients))
                return
            await self._failed(conversation, str(refused), refused.recipients)
            raise
        except Exception as error:
            if attempt >= MAX_ATTEMPTS or isinstance(error, GiveUp):
                await self._failed(conversation, str(error) or short_error(error))
            else:
                again = (
                    f"Will be tried again: {error}" if isinstance(error, TryLater) else "Will be tried again."
                )
                await self._record(conversation, lambda fresh: not_sent(fresh, DeliveryState.QUEUED, again))
            raise
        if accepted.deferred and attempt < MAX_ATTEMPTS:
            await self._record(conversation, lambda fresh: partly_sent(fresh, accepted.deferred), accepted)
            raise TryLater("Some of its recipients could not be reached yet.")
        await self._sent(conversation, accepted)

    async def _claim(
        self, organization_id: OrganizationId, conversation_id: ConversationId, job_id: JobId, work: Work
    ) -> "Found | None":
        """What there is to send, from now on in this job's hands alone; None where it was sent."""
        found = await _letter_of(organization_id, conversation_id, work)
        if found is None:
            return None
        organization, ticket, reply, files = found
        now = self.clock()
        if is_held(reply, str(job_id), now):
            raise TryLater("The answer is being sent by another job.", CLAIM)
        everybody = (*reply.mail.to, *reply.mail.cc, *reply.mail.bcc)
        suppressed = await suppressed_among(organization_id, everybody, work)
        failed = all_left_out(reply, suppressed)
        if failed is not None:
            await work.conversations.replace(failed)
            await tell_delivery(failed, work, self._occasion(failed))
            return None
        dress = await _dress(organization, ticket, reply, work)
        mine = claimed(reply, suppressed, str(job_id), now)
        mine = evolve(mine, metadata={**mine.metadata, DRESS: dress})
        await work.conversations.replace(mine)
        return organization, ticket, mine, files

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

    async def _sent(self, reply: Conversation, accepted: Accepted) -> None:
        refused = (*accepted.refused, *accepted.deferred)

        def done(fresh: Conversation) -> Conversation:
            over = {name: value for name, value in fresh.metadata.items() if name != DRESS}
            return sent(evolve(fresh, metadata=over), repeats=accepted.repeats, refused=refused)

        await self._record(reply, done, accepted)

    async def _failed(self, reply: Conversation, detail: str, refused: Sequence[Undelivered] = ()) -> None:
        await self._record(
            reply,
            lambda fresh: not_sent(fresh, DeliveryState.FAILED, detail),
            Accepted(refused=tuple(refused)),
        )

    async def _record(
        self,
        reply: Conversation,
        outcome: Callable[[Conversation], Conversation],
        accepted: Accepted | None = None,
    ) -> None:
        async def unit(work: Work) -> None:
            fresh = await work.conversations.get(reply.organization_id, reply.id)
            if fresh is None or round_of(fresh) != round_of(reply):  # a provider's word was faster than ours
                return
            moved = outcome(fresh)
            occasion = self._occasion(reply)
            if accepted and accepted.provider_id:
                moved = evolve(moved, external_id=accepted.provider_id)
            await work.conversations.replace(moved)
            if accepted and accepted.message_id:
                moved = await learn_id(moved, accepted.message_id, work)
            for one in accepted.refused if accepted else ():
                address = address_key(one.email)
                if one.permanent and address in recipients_of(reply.mail):
                    why = SuppressionReason.BOUNCED
                    await suppress_step(
                        reply.organization_id, address, why, one.reason, reply.id, work, occasion
                    )
            await tell_delivery(moved, work, occasion)

        await self.store.transact(unit)

    def _occasion(self, reply: Conversation) -> Occasion:
        return Occasion(self.clock(), self.new_id, DESK, cause=f"conversation:{reply.id}")


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
            by_message = reply.channel in BY_MESSAGE
            if not by_message and not reply.mail.to and not waits_for_translation(reply):
                raise Conflict("The customer has no e-mail address to send it to.")
            occasion = Occasion(self.clock(), self.new_id, actor)
            again = with_delivery(reply, DeliveryState.QUEUED)
            queued = awaits_again(taken_up_again(reply, occasion.at) if by_message else again)
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
        or waits_for_translation(reply)
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
