"""What was said on a brought ticket: its messages and their files, ready to be kept."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from attrs import evolve, frozen

from helpdesk_core.attachments import MAX_UPLOAD, Attachment, AttachmentState, FileOrigin, safe_filename
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Kind,
    MailHeaders,
    Translation,
    TranslationState,
)
from helpdesk_core.ids import AttachmentId, ConversationId, CustomerId, TicketId, UserId
from helpdesk_core.imports.brought import BroughtFile, BroughtMessage, BroughtTicket, Said, Speaker
from helpdesk_core.imports.progress import Problem
from helpdesk_core.imports.references import MESSAGE
from helpdesk_core.media_types import UNKNOWN
from helpdesk_core.richtext import (
    document_from_html,
    document_from_text,
    html_of,
    html_to_text,
    sanitize_html,
    text_of,
)
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.use_cases.importing.errand import Errand

FORMER = "Former agent"
SYSTEM = "System"


@frozen
class Speakers:
    """Who those are here who speak, by their ids there, and what they are called here."""

    customers: Mapping[str, CustomerId]
    users: Mapping[str, UserId]
    names: Mapping[UUID, str]
    erased: frozenset[str] = frozenset()
    """Ids of customers who were erased here; what they said there is not brought."""

    standing_in: frozenset[str] = frozenset()
    """Ids of customers whom nobody has brought: that there is a place for them says nothing of what they are."""

    def author(self, message: BroughtMessage, asking: str) -> Author:
        """Who wrote it, as they were known when it was brought, on a ticket that this customer began."""
        there = message.speaker_id or ""
        user, customer = self.users.get(there), self.customers.get(there)
        if message.speaker is Speaker.SYSTEM:
            return Author(AuthorType.SYSTEM, None, message.speaker_name or SYSTEM, AuthorRole.SYSTEM)
        unknown = message.speaker is Speaker.UNKNOWN
        is_customer = customer is not None and (there not in self.standing_in or there == asking)
        by_customer = is_customer or message.said is Said.INBOUND
        if message.speaker is Speaker.CUSTOMER or (unknown and user is None and by_customer):
            name = message.speaker_name or self._name(customer)
            return Author(AuthorType.CUSTOMER, customer, name, AuthorRole.CUSTOMER)
        name = message.speaker_name or self._name(user) or FORMER
        return Author(AuthorType.USER, user, name, AuthorRole.AGENT)

    def _name(self, our_id: UUID | None) -> str:
        return "" if our_id is None else self.names.get(our_id, "")


@frozen
class Minutes:
    """Messages with their files, and who takes part in which ticket by them."""

    conversations: tuple[Conversation, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    taking_part: tuple[tuple[TicketId, CustomerId], ...] = ()
    problems: tuple[Problem, ...] = ()


def minutes_of(
    thing: BroughtTicket,
    messages: Sequence[BroughtMessage],
    ticket: Ticket,
    speakers: Speakers,
    errand: Errand,
) -> Minutes:
    """These messages of the ticket, oldest first; of one id the first."""
    conversations, attachments = list[Conversation](), list[Attachment]()
    taking_part, problems = list[tuple[TicketId, CustomerId]](), list[Problem]()
    told = [one for one in messages if one.speaker_id is None or one.speaker_id not in speakers.erased]
    once = {one.id: one for one in reversed(told)}.values()
    for message in sorted(once, key=lambda one: (one.created_at, one.id)):
        author = speakers.author(message, thing.customer_id or "")
        conversation_id = ConversationId(errand.occasion.new_id())
        files = [_file(one, ticket, conversation_id, errand) for one in message.files]
        problems += [
            Problem(MESSAGE, message.id, f"{file.filename}: {file.detail}") for file in files if file.detail
        ]
        attachments += files
        ids = tuple(file.id for file in files)
        conversation = _conversation(message, thing, ticket, author, conversation_id, errand)
        conversations.append(evolve(conversation, attachment_ids=ids))
        if author.type is AuthorType.CUSTOMER and author.id not in (None, ticket.customer_id):
            taking_part.append((ticket.id, CustomerId(author.id)))
    return Minutes(
        tuple(conversations), tuple(attachments), tuple(dict.fromkeys(taking_part)), tuple(problems)
    )


async def with_known_mails(every: Sequence[Minutes], errand: Errand) -> list[Minutes]:
    """The step: the same minutes; a message whose mail the desk has already, by another way, bears its id no more."""
    named = [one.mail.message_id for minutes in every for one in minutes.conversations if one.mail.message_id]
    if not named:
        return list(every)
    seen = set(
        await errand.work.conversations.by_message_ids(errand.organization_id, list(dict.fromkeys(named)))
    )
    result = []
    for minutes in every:
        mended = list[Conversation]()
        for one in minutes.conversations:
            known = one.mail.message_id is not None and one.mail.message_id in seen
            mended.append(evolve(one, mail=MailHeaders()) if known else one)
            seen |= {one.mail.message_id} if one.mail.message_id else set()
        result.append(evolve(minutes, conversations=tuple(mended)))
    return result


async def made_notes(
    told: Mapping[str, BroughtMessage], there: Mapping[str, ConversationId], errand: Errand
) -> None:
    """The step: of messages that are here, those that are notes there by now are notes here, too; never the reverse."""
    notes = [there[name] for name, one in told.items() if one.said is Said.NOTE and name in there]
    for conversation_id in notes:
        known = await errand.work.conversations.get(errand.organization_id, conversation_id)
        if known is None or known.kind is Kind.NOTE:
            continue
        await errand.work.conversations.replace(evolve(known, kind=Kind.NOTE, delivery=None))
        of = {"ticket_id": str(known.ticket_id)}
        event = errand.occasion.event(errand.organization_id, "conversation.updated", known.id, of)
        await errand.work.log.append(event)


def external_id_of(thing: BroughtTicket, message: BroughtMessage, errand: Errand) -> str:
    """By what a brought message is known from now on."""
    return f"{errand.import_.source}/{errand.import_.account}/{thing.id}/{message.id}"


def counted(ticket: Ticket, messages: Sequence[Conversation]) -> Ticket:
    """The ticket with these messages counted among its own, at the times at which they were written."""
    said = [one.created_at for one in messages]
    replied = [one.created_at for one in messages if one.kind is Kind.REPLY]
    last = [*said, *([ticket.last_message_at] if ticket.last_message_at else [])]
    first = [*replied, *([ticket.first_response_at] if ticket.first_response_at else [])]
    return evolve(
        ticket,
        message_count=ticket.message_count + len(said),
        last_message_at=max(last, default=None),
        first_response_at=min(first, default=None),
    )


def _conversation(
    message: BroughtMessage,
    thing: BroughtTicket,
    ticket: Ticket,
    author: Author,
    conversation_id: ConversationId,
    errand: Errand,
) -> Conversation:
    kind = _kind(message, author)
    if message.html is not None:
        html = sanitize_html(message.html)
        content, text = document_from_html(html), html_to_text(html)
    else:
        content = document_from_text(message.text)
        html, text = html_of(content), text_of(content)
    return Conversation(
        id=conversation_id,
        organization_id=ticket.organization_id,
        ticket_id=ticket.id,
        kind=kind,
        channel=Channel.IMPORT,
        author=author,
        content=content,
        content_text=text,
        content_html=html,
        created_at=message.created_at,
        delivery=DeliveryStatus(DeliveryState.SENT) if kind is Kind.REPLY else None,
        language=message.language,
        translation=_translation(message),
        mail=MailHeaders(message_id=message.message_id),
        external_id=external_id_of(thing, message, errand),
        metadata=dict(message.metadata),
    )


def _translation(message: BroughtMessage) -> Translation | None:
    told = message.translation
    return None if told is None else Translation(told.language, told.text, TranslationState.TRANSLATED)


def _kind(message: BroughtMessage, author: Author) -> Kind:
    if message.said is not Said.PUBLIC:
        return Kind(message.said.value)
    return Kind.INBOUND if author.type is AuthorType.CUSTOMER else Kind.REPLY


def _file(file: BroughtFile, ticket: Ticket, conversation_id: ConversationId, errand: Errand) -> Attachment:
    problem = file.problem
    if problem is None and file.size > MAX_UPLOAD:
        problem = f"The file has {file.size} bytes; at most {MAX_UPLOAD} are kept."
    source, account = errand.import_.source, errand.import_.account
    return Attachment(
        id=AttachmentId(errand.occasion.new_id()),
        organization_id=ticket.organization_id,
        filename=safe_filename(file.filename),
        content_type=file.content_type or UNKNOWN,
        size=file.size,
        created_at=errand.occasion.at,
        ticket_id=ticket.id,
        conversation_id=conversation_id,
        content_id=file.content_id,
        inline=file.inline,
        state=AttachmentState.PENDING if problem is None else AttachmentState.FAILED,
        detail=problem,
        external_id=file.id,
        origin=FileOrigin(source, source, account, file.reference) if problem is None else None,
    )
