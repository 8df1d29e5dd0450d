"""Words that should never have been written are blacked out."""

from attrs import evolve, frozen

from helpdesk_core.conversations import Conversation, DeliveryState, with_delivery
from helpdesk_core.errors import existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, NewId, OrganizationId
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.store import Store, Work
from helpdesk_core.redaction import redacted, redacted_wholly
from helpdesk_core.use_cases.files.forget_blobs import forgetting_of
from helpdesk_core.use_cases.knowledge.learn_sources import forget_tickets_step
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.users import Actor


@frozen
class RedactConversation:
    """Blacks out some words of a message, or all of it with its files; cannot be taken back.

    An answer that has not left yet does not leave any more. InvalidValue for words that do not occur.
    """

    store: Store
    clock: Clock
    new_id: NewId

    async def __call__(
        self,
        organization_id: OrganizationId,
        conversation_id: ConversationId,
        actor: Actor,
        words: str | None,
    ) -> Conversation:
        async def unit(work: Work) -> Conversation:
            conversation = existing(
                await work.conversations.get(organization_id, conversation_id),
                "conversation",
                conversation_id,
            )
            occasion = Occasion(self.clock(), self.new_id, actor)
            return await redact_step(conversation, words, work, occasion)

        return await self.store.transact(unit)


async def redact_step(
    conversation: Conversation, words: str | None, work: Work, occasion: Occasion
) -> Conversation:
    """The step: the message without the words, or without all of them."""
    without = redacted_wholly(conversation) if words is None else redacted(conversation, words)
    if without.delivery is not None and without.delivery.state is DeliveryState.QUEUED:
        without = with_delivery(without, DeliveryState.FAILED, "It was redacted before it had left.")
    without = evolve(without, redacted_at=occasion.at)
    ticket = await existing_ticket(conversation.organization_id, conversation.ticket_id, work)
    await work.conversations.replace(without)
    await remove_files(conversation, work, occasion, all_of_them=words is None)
    await forget_tickets_step(ticket.organization_id, [ticket.id], work)
    await work.tickets.replace(
        evolve(ticket, updated_at=max(occasion.at, ticket.updated_at), version=ticket.version + 1)
    )
    data = {"ticket_id": str(ticket.id), "changed": ["content"], "redacted": True}
    await work.log.append(
        occasion.event(conversation.organization_id, "conversation.updated", conversation.id, data)
    )
    return without


async def remove_files(
    conversation: Conversation, work: Work, occasion: Occasion, *, all_of_them: bool
) -> None:
    """The step: the files of a message go. The mail as it came goes in any case: the words are in it."""
    ids = [AttachmentId(attachment_id) for attachment_id in conversation.attachment_ids if all_of_them]
    ids += [conversation.raw_id] if conversation.raw_id is not None else []
    found = await work.attachments.many(conversation.organization_id, ids) if ids else {}
    for attachment in found.values():
        await work.attachments.remove(attachment.organization_id, attachment.id)
    digests = [attachment.digest for attachment in found.values() if attachment.digest is not None]
    if digests:
        await work.jobs.add(forgetting_of(conversation.organization_id, digests, occasion))
