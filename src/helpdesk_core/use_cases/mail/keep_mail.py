"""A mail becomes a message of its ticket."""

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from helpdesk_core.attachments import Attachment, AttachmentState, StoredFile
from helpdesk_core.commands import Done, Nothing, TakeEmail
from helpdesk_core.conversations import Conversation, Kind, MailHeaders
from helpdesk_core.customers import Customer
from helpdesk_core.email import UNKNOWN, Mail, Nature
from helpdesk_core.email.authentication import Verdict, as_told
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, OrganizationId
from helpdesk_core.ports.store import View, Work
from helpdesk_core.threads import Letter, quoted_ids
from helpdesk_core.tickets import Channel, Ticket, with_inbound
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.keep_message import keep_message
from helpdesk_core.use_cases.tickets.post_conversation import customer_author


async def seen_before(command: TakeEmail, organization_id: OrganizationId, work: Work) -> Conversation | None:
    """The message that this mail has become already, by its source's id or by Message-ID and sender."""
    return await message_of(command.mail, command.external_id, organization_id, work)


async def message_of(
    mail: Mail, external_id: str | None, organization_id: OrganizationId, view: View
) -> Conversation | None:
    """The message that a mail of this organization has become, by the same marks."""
    if external_id is not None:
        known = await view.conversations.by_external_id(organization_id, Channel.EMAIL, external_id)
        if known is not None:
            return known
    if mail.message_id is None:
        return None
    namesake = await view.conversations.by_message_id(organization_id, mail.message_id)
    same = namesake is not None and namesake.mail.from_ == _address(mail)
    return namesake if same else None


def already_received(known: Conversation) -> Nothing:
    """Why a mail that has become this message is not taken in again."""
    return Nothing(
        f"Already received as conversation {known.id}",
        organization_id=known.organization_id,
        conversation_id=known.id,
    )


async def keep_mail(
    command: TakeEmail,
    letter: Letter,
    customer: Customer,
    ticket: Ticket,
    work: Work,
    occasion: Occasion,
    warnings: tuple[str, ...] = (),
    followers: tuple[str, ...] | None = None,
) -> Conversation:
    """The step: the mail as the newest message of `ticket`, with its files, remembered for threading.

    One that was written before it came (a forward) stands where it belongs in time, and the ticket moves as it comes.
    `followers` are who follows the ticket from now on; None: the same.
    """
    mail = command.mail
    if command.incomplete is not None:
        warnings = (*warnings, command.incomplete)
    if command.authentication.dmarc is Verdict.FAIL:
        warnings = (
            *warnings,
            "It may not be from the sender that it names: their domain disowns it (DMARC).",
        )
    headers = _headers(mail)
    if mail.message_id and await work.conversations.by_message_id(ticket.organization_id, mail.message_id):
        # Somebody else's mail bears this id already; it must not be able to push a message out of the desk.
        headers = evolve(headers, message_id=None)
        warnings = (*warnings, "Its Message-ID belongs to another message.")
    conversation_id = ConversationId(occasion.new_id())
    attachments = attachments_of(command.files, ticket, conversation_id, occasion)
    original = attachments_of([command.raw] if command.raw else [], ticket, conversation_id, occasion)
    conversation = Conversation(
        id=conversation_id,
        organization_id=ticket.organization_id,
        ticket_id=ticket.id,
        kind=Kind.INBOUND,
        channel=Channel.EMAIL,
        author=customer_author(customer),
        content=command.words.content,
        content_text=mail.text,
        content_html=command.words.content_html,
        new_text=command.words.new_text,
        new_html=command.words.new_html,
        created_at=min(command.written_at or command.received_at, command.received_at),
        language=command.words.language,
        mail=headers,
        attachment_ids=tuple(attachment.id for attachment in attachments),
        raw_id=original[0].id if original else None,
        external_id=command.external_id,
        warnings=(*warnings, *mail.warnings),
        metadata=_marks(command),
    )
    moved = with_inbound(ticket, command.received_at, occasion.at)
    moved = moved if followers is None else evolve(moved, followers=followers)
    await keep_message(conversation, ticket, moved, work, occasion)
    for attachment in (*attachments, *original):
        await work.attachments.add(attachment)
    await work.threads.remember(ticket.organization_id, ticket.id, quoted_ids(letter), customer.id)
    return conversation


async def complete_mail(
    seen: Conversation, command: TakeEmail, letter: Letter, work: Work, occasion: Occasion
) -> Done:
    """The step: what could not be fetched at first takes the place of the bare envelope, in the same ticket."""
    ticket = await existing_ticket(seen.organization_id, seen.ticket_id, work)
    attachments = attachments_of(command.files, ticket, seen.id, occasion)
    for attachment in attachments:
        await work.attachments.add(attachment)
    known = {key: value for key, value in seen.metadata.items() if key != "incomplete"}
    await work.conversations.replace(
        evolve(
            seen,
            content=command.words.content,
            content_text=command.mail.text,
            content_html=command.words.content_html,
            new_text=command.words.new_text,
            new_html=command.words.new_html,
            mail=evolve(_headers(command.mail), message_id=seen.mail.message_id),
            attachment_ids=tuple(attachment.id for attachment in attachments),
            warnings=command.mail.warnings,
            metadata=known | _marks(command),
        )
    )
    await work.threads.remember(ticket.organization_id, ticket.id, quoted_ids(letter), None)
    moved = evolve(ticket, updated_at=max(occasion.at, ticket.updated_at), version=ticket.version + 1)
    await work.tickets.replace(moved)
    await work.log.append(
        occasion.event(
            seen.organization_id,
            "conversation.updated",
            seen.id,
            {"ticket_id": str(ticket.id), "changed": ["content"]},
        )
    )
    return Done(seen.organization_id, ticket.id, seen.id)


def _marks(command: TakeEmail) -> dict[str, Any]:
    """What the desk notes of a mail beside it: that its body is missing, and what wrote it, if no person did."""
    marks: dict[str, Any] = {"incomplete": True} if command.incomplete is not None else {}
    if command.authentication != UNKNOWN:
        marks["authentication"] = as_told(command.authentication)
    return marks if command.words.nature is Nature.PERSON else marks | {"nature": command.words.nature.value}


def _headers(mail: Mail) -> MailHeaders:
    return MailHeaders(
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        from_=_address(mail),
        reply_to=tuple(address.email for address in mail.reply_to),
        to=tuple(address.email for address in mail.to),
        cc=tuple(address.email for address in mail.cc),
        subject=mail.subject,
    )


def _address(mail: Mail) -> str | None:
    return mail.from_.email.lower() if mail.from_ else None


def attachments_of(
    files: Sequence[StoredFile], ticket: Ticket, conversation_id: ConversationId, occasion: Occasion
) -> list[Attachment]:
    """The files of a mail as those of its message."""
    return [
        Attachment(
            id=AttachmentId(occasion.new_id()),
            organization_id=ticket.organization_id,
            filename=file.filename,
            content_type=file.content_type,
            size=file.size,
            created_at=occasion.at,
            digest=file.digest,
            ticket_id=ticket.id,
            conversation_id=conversation_id,
            content_id=file.content_id,
            inline=file.inline,
            state=AttachmentState.FAILED if file.failure else AttachmentState.STORED,
            detail=file.failure,
        )
        for file in files
    ]
