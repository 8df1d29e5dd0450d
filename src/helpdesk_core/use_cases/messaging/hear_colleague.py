"""What the organization's own people write about a ticket at a provider stays among them, or answers the customer."""

from typing import Final

from helpdesk_core.afterwords import NO_AFTERWORDS, ProviderMessage
from helpdesk_core.commands import Done, Nothing, Outcome
from helpdesk_core.conversations import Author, AuthorRole, AuthorType, Conversation, Kind
from helpdesk_core.errors import InvalidValue, Refusal, StoreUnavailable
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import ConversationId
from helpdesk_core.integrations import Integration
from helpdesk_core.messages import NAMES, Message
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.store import Work
from helpdesk_core.richtext import document_from_text, html_of, text_of
from helpdesk_core.tickets import Ticket, with_note
from helpdesk_core.use_cases.messaging.find_message import message_by_id, outside_id
from helpdesk_core.use_cases.messaging.hear_files import fetched_later, files_of_message
from helpdesk_core.use_cases.tickets.keep_message import keep_message
from helpdesk_core.use_cases.tickets.post_conversation import Draft, reply_step

REPLY_PREFIX: Final = "reply_prefix"
"""The account's setting with the word that makes an answer of what follows it."""
USUAL_PREFIX: Final = "!reply "
STAYED_HERE: Final = "This was not sent to the customer: {reason}"


async def hear_colleague(
    message: Message,
    ticket: Ticket | None,
    account: Integration,
    work: Work,
    occasion: Occasion,
    domain: MailDomain,
) -> Outcome:
    """The step: an internal note; with the prefix an answer, which leaves over the ticket's own channel.

    An answer that is refused, or that cannot be what it was meant to be, stays as a note that says why. The words of an
    answer are those that were sent: what is edited afterwards changes nothing.
    """
    organization_id = account.organization_id
    if ticket is None:
        return Nothing("The ticket that was talked about is gone.", organization_id=organization_id)
    place = (organization_id, message.channel, message.account, _answered_as(message))
    known = await message_by_id(*place, work)
    if known is not None:
        reason = f"Already received as conversation {known.id}"
        return Nothing(reason, organization_id=organization_id, conversation_id=known.id)
    words = _answer_in(message.text, account)
    if words is None:
        return await _noted(message, ticket, (), work, occasion)
    try:
        kept = await _answered(message, words, ticket, work, occasion, domain)
    except StoreUnavailable:
        raise
    except Refusal as refusal:
        return await _noted(message, ticket, (STAYED_HERE.format(reason=refusal),), work, occasion)
    await work.provider_messages.put(ProviderMessage(*place, kept.id, NO_AFTERWORDS, occasion.at))
    return Done(organization_id, ticket.id, kept.id)


def _answered_as(message: Message) -> str:
    """What an answer is known by that was written so: not by the message's own id, whose edits must not reach it."""
    return f"answer:{message.external_id}"


def _answer_in(text: str, account: Integration) -> str | None:
    """What the customer is to be answered, where it is an answer."""
    prefix = (account.settings.get(REPLY_PREFIX) or "").strip() or USUAL_PREFIX.strip()
    words = text.strip()
    if not words.lower().startswith(prefix.lower()):
        return None
    rest = words[len(prefix) :]
    # `!replying` is not the word, but a prefix of signs alone needs no space behind it.
    apart = not prefix[-1].isalnum() or not rest or rest[0].isspace()
    return rest.strip() if apart else None


async def _answered(
    message: Message, words: str, ticket: Ticket, work: Work, occasion: Occasion, domain: MailDomain
) -> Conversation:
    if not words:
        raise InvalidValue("text", "there are no words behind the prefix")
    if message.files:
        name = NAMES[message.channel]
        raise InvalidValue("attachment_ids", f"files from {name} can only be sent from the desk")
    draft = Draft(content=document_from_text(words), author=_colleague(message))
    return await reply_step(ticket, draft, work, occasion, domain)


async def _noted(
    message: Message, ticket: Ticket, warnings: tuple[str, ...], work: Work, occasion: Occasion
) -> Outcome:
    content = document_from_text(message.text)
    note_id = ConversationId(occasion.new_id())
    files = files_of_message(message, ticket, note_id, occasion)
    note = Conversation(
        id=note_id,
        organization_id=ticket.organization_id,
        ticket_id=ticket.id,
        kind=Kind.NOTE,
        channel=message.channel,
        author=_colleague(message),
        content=content,
        content_text=text_of(content),
        content_html=html_of(content),
        created_at=occasion.occurred_at or occasion.at,
        attachment_ids=tuple(file.id for file in files),
        external_id=outside_id(message.account, message.external_id),
        warnings=(*message.warnings, *warnings),
        metadata=dict(message.marks),
    )
    await keep_message(note, ticket, with_note(ticket, note.created_at), work, occasion)
    await fetched_later(files, work, occasion)
    return Done(ticket.organization_id, ticket.id, note.id)


def _colleague(message: Message) -> Author:
    name = message.sender.name or NAMES[message.channel]
    return Author(AuthorType.USER, None, name, AuthorRole.AGENT)
