"""An answer leaves the desk."""

from collections.abc import Sequence
from functools import partial

from attrs import evolve, field, frozen

from helpdesk_core.addresses import Address, parse_addresses
from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import Conversation, DeliveryState, Kind, with_delivery
from helpdesk_core.email import MailPart, OutgoingMail
from helpdesk_core.errors import Conflict, MissingSetting, NotFound
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, NewId, OrganizationId
from helpdesk_core.jobs import MAX_ATTEMPTS, GiveUp, short_error
from helpdesk_core.organizations import MailDomain, Organization
from helpdesk_core.ports.blobs import Blobs
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.mail import Accepted, MailSender
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.reply_tokens import reply_token
from helpdesk_core.subjects import reply_subject
from helpdesk_core.tickets import Ticket
from helpdesk_core.use_cases.find_ticket import existing_ticket
from helpdesk_core.use_cases.post_conversation import sending_of
from helpdesk_core.users import DESK, Actor


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
    mail_from: str | None = field(default=None)
    """Sender of organizations that have none of their own; `<slug>` stands for the organization's."""

    async def __call__(
        self, organization_id: OrganizationId, conversation_id: ConversationId, attempt: int
    ) -> None:
        found = await self.store.read(partial(_letter_of, organization_id, conversation_id))
        if found is None:
            return
        organization, ticket, conversation, files = found
        try:
            mail = self._compose(organization, ticket, conversation, await self._parts(files))
            accepted = await self.sender.send(mail, key=f"ticket-reply/{conversation.id}")
        except MissingSetting as missing:
            await self._record(conversation, DeliveryState.FAILED, str(missing))
            raise GiveUp(str(missing)) from missing
        except Exception as error:
            if attempt >= MAX_ATTEMPTS or isinstance(error, GiveUp):
                await self._record(conversation, DeliveryState.FAILED, str(error) or short_error(error))
            raise
        await self._record(conversation, DeliveryState.SENT, accepted.detail, accepted)

    def _compose(
        self, organization: Organization, ticket: Ticket, reply: Conversation, parts: tuple[MailPart, ...]
    ) -> OutgoingMail:
        own = self.domain.address_of(organization)
        sender = organization.mail_from or (self.mail_from or own).replace("<slug>", organization.slug)
        token = reply_token(organization.id, ticket.number, self.domain.keys[0])
        headers = reply.mail
        return OutgoingMail(
            message_id=headers.message_id or "",
            from_=Address(sender, organization.name),
            to=_addresses(headers.to),
            cc=_addresses(headers.cc),
            bcc=_addresses(headers.bcc),
            reply_to=Address(f"{organization.slug}+{token}@{self.domain.name}", organization.name),
            subject=reply_subject(headers.subject or ticket.subject),
            text=reply.content_text,
            html=reply.content_html,
            in_reply_to=headers.in_reply_to[0] if headers.in_reply_to else None,
            references=headers.references,
            attachments=parts,
            date=reply.created_at,
        )

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
            moved = with_delivery(fresh, state, detail)
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
            reply = await work.conversations.get(organization_id, conversation_id)
            if reply is None:
                raise NotFound("conversation", conversation_id)
            if reply.delivery is None or reply.delivery.state is not DeliveryState.FAILED:
                raise Conflict("Only an answer whose delivery has failed can be retried.")
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
    if reply.delivery.state not in (DeliveryState.QUEUED, DeliveryState.FAILED):
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


def _addresses(headers: Sequence[str]) -> tuple[Address, ...]:
    return tuple(address for header in headers for address in parse_addresses(header))
