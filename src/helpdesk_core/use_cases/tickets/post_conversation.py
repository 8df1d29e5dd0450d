"""Somebody says something on a ticket: the customer, an agent to the customer, or colleagues among themselves."""

from collections.abc import Sequence

from attrs import evolve, frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.conversations import (
    Author,
    AuthorRole,
    AuthorType,
    Conversation,
    DeliveryState,
    DeliveryStatus,
    Document,
    Kind,
)
from helpdesk_core.correspondences import way_of
from helpdesk_core.customers import Customer
from helpdesk_core.errors import Conflict, InvalidValue, NotFound, existing
from helpdesk_core.event_log import Occasion
from helpdesk_core.ids import AttachmentId, ConversationId, NewId, OrganizationId, SuggestionId, TicketId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.languages import USUAL, check_language
from helpdesk_core.message_sendings import marked_with
from helpdesk_core.messages import BY_MESSAGE, BY_TEMPLATE, Template
from helpdesk_core.organizations import MailDomain
from helpdesk_core.ports.clock import Clock
from helpdesk_core.ports.languages import Translator
from helpdesk_core.ports.store import Store, View, Work
from helpdesk_core.richtext import html_of, text_of
from helpdesk_core.tickets import Channel, Status, Ticket, with_inbound, with_note, with_reply, with_status
from helpdesk_core.translations import HOW, LONGEST, to_be_translated, waits_for_translation
from helpdesk_core.use_cases.automation.arrange_custom_fields import demand_values
from helpdesk_core.use_cases.messaging.find_correspondence import correspondence_of, nowhere
from helpdesk_core.use_cases.suggestions.keep_suggestions import usable_suggestion, use_suggestion
from helpdesk_core.use_cases.tickets.address_reply import headers_of_reply
from helpdesk_core.use_cases.tickets.begin_ticket import Opening, add_ticket, created, new_ticket, open_step
from helpdesk_core.use_cases.tickets.find_ticket import existing_ticket
from helpdesk_core.use_cases.tickets.keep_message import keep_message, message_told
from helpdesk_core.use_cases.widget.answer_in_widget import show_in_widget, visitor_is_there
from helpdesk_core.users import Actor

BY_EMAIL = frozenset(
    {
        Channel.EMAIL,
        Channel.API,
        Channel.CONTACT_FORM,
        Channel.LEVY_FLEETS,
        Channel.SHOPIFY,
        Channel.AMAZON,
        Channel.IMPORT,
        Channel.WIDGET,
    }
)
"""Channels whose answers leave by e-mail."""
NO_ADDRESS = "The customer has no e-mail address."


@frozen
class Draft:
    """A message to be posted. `html` is shown in place of what `content` would give; it is sanitized already."""

    content: Document
    author: Author
    html: str | None = None
    attachment_ids: tuple[AttachmentId, ...] = ()
    cc: tuple[str, ...] | None = None
    """Who gets a copy of an answer; None: whoever follows the ticket by mail."""
    bcc: tuple[str, ...] = ()
    status: Status | None = None
    external_id: str | None = None
    template: Template | None = None
    """What is sent in place of the words, where the provider takes only what it has approved."""
    translate_to: str | None = None
    """The language (ISO 639-1) that an answer is to leave in; None: it leaves as it is."""
    suggestion_id: SuggestionId | None = None
    """The suggested reply that the words were made of."""


@frozen
class PostConversation:
    """Posts a reply, a note, or (on a customer's behalf) an inbound message; the ticket's state moves with it.

    A reply is queued to leave over the ticket's channel; where the customer has no address for it, it stands as
    `failed` with the reason. A message to a merged ticket goes to the one it was merged into; a customer's message on a
    closed one opens a new ticket that links back to it. Conflict for an answer to be translated where nothing here
    translates.
    """

    store: Store
    domain: MailDomain
    clock: Clock
    new_id: NewId
    translator: Translator | None = None

    async def __call__(
        self, organization_id: OrganizationId, ticket_id: TicketId, actor: Actor, kind: Kind, draft: Draft
    ) -> Conversation:
        _check_translation(kind, draft, self.translator)

        async def unit(work: Work) -> Conversation:
            occasion = Occasion(self.clock(), self.new_id, actor)
            ticket = await existing_ticket(organization_id, ticket_id, work)
            if kind is Kind.REPLY:
                return await _suggested_or_not(ticket, draft, work, occasion, self.domain)
            if kind is Kind.NOTE:
                return await note_step(ticket, draft, work, occasion)
            if ticket.closed and draft.status is not None:  # it begins open, and has no values yet
                await demand_values(organization_id, Status.OPEN, draft.status, {}, work, occasion)
            open_to_it = await taken_up_again(ticket, work, occasion) if ticket.closed else ticket
            return await take_message(open_to_it, draft, work, occasion)

        return await self.store.transact(unit)


async def _suggested_or_not(
    ticket: Ticket, draft: Draft, work: Work, occasion: Occasion, domain: MailDomain
) -> Conversation:
    """The step: an answer; where it was suggested, that is settled with it."""
    if draft.suggestion_id is None:
        return await reply_step(ticket, draft, work, occasion, domain)
    suggestion = await usable_suggestion(ticket, draft.suggestion_id, work)
    posted = await reply_step(ticket, draft, work, occasion, domain)
    await use_suggestion(suggestion, text_of(draft.content), ticket, work, occasion)
    return posted


async def take_message(ticket: Ticket, draft: Draft, work: Work, occasion: Occasion) -> Conversation:
    """The step: a customer's message, on a ticket that is open to one."""
    conversation = _conversation(ticket, Kind.INBOUND, draft, occasion)
    moved = with_inbound(ticket, conversation.created_at, occasion.at)
    return await _keep(ticket, moved, conversation, draft, work, occasion)


async def open_with_message(
    opening: Opening, customer: Customer, draft: Draft, work: Work, occasion: Occasion
) -> tuple[Ticket, Conversation]:
    """The step: a ticket that begins with its customer's message. Each is written once, and both are told at once."""
    ticket = await new_ticket(opening, customer, work, occasion)
    conversation = _conversation(ticket, Kind.INBOUND, draft, occasion)
    opened = with_inbound(ticket, conversation.created_at, occasion.at)
    await add_ticket(opened, work, occasion)
    await _claim_attachments(conversation, work)
    await work.conversations.add(conversation)
    await work.log.append(created(opened, occasion), message_told(conversation, ticket, opened, occasion))
    return opened, conversation


async def note_step(ticket: Ticket, draft: Draft, work: Work, occasion: Occasion) -> Conversation:
    """The step: an internal note, which never leaves the desk."""
    conversation = _conversation(ticket, Kind.NOTE, draft, occasion)
    return await _keep(
        ticket, with_note(ticket, conversation.created_at), conversation, draft, work, occasion
    )


async def reply_step(
    ticket: Ticket, draft: Draft, work: Work, occasion: Occasion, domain: MailDomain
) -> Conversation:
    """The step: an answer, with the job that sends it."""
    addressed = await addressed_reply(ticket, draft, work, occasion, domain)
    there = await visitor_is_there(ticket, work, occasion)
    if draft.translate_to is not None:
        organization = await work.organizations.get(ticket.organization_id)
        own = organization.language if organization is not None else USUAL
        queued = evolve(addressed, delivery=DeliveryStatus(DeliveryState.QUEUED)) if there else addressed
        addressed = to_be_translated(queued, draft.translate_to, own)
    elif there:
        addressed = await show_in_widget(addressed, work, occasion)
    return await queue_reply(ticket, addressed, draft, work, occasion)


async def queue_reply(
    ticket: Ticket, addressed: Conversation, draft: Draft, work: Work, occasion: Occasion
) -> Conversation:
    """The step: an answer as it is addressed, kept; where it can leave, with the job that sends it."""
    moved = with_reply(ticket, addressed.created_at, automatic=addressed.said_by_itself)
    kept = await _keep(ticket, moved, addressed, draft, work, occasion)
    if kept.delivery is not None and kept.delivery.state is DeliveryState.QUEUED:
        await work.jobs.add(sending_of(kept, occasion))
    return kept


def check_answerable(ticket: Ticket) -> None:
    """InvalidValue where no answer can leave over the ticket's channel."""
    if ticket.channel not in BY_EMAIL | BY_MESSAGE:
        raise InvalidValue("kind", f"answers over {ticket.channel.value} are not possible")


async def taken_up_again(ticket: Ticket, work: Work, occasion: Occasion) -> Ticket:
    """A new ticket that links back to the closed one, for a customer who has more to say."""
    customer = existing(
        await work.customers.get(ticket.organization_id, ticket.customer_id), "customer", ticket.customer_id
    )
    opening = Opening(subject=ticket.subject, channel=ticket.channel, follows_id=ticket.id)
    return await open_step(opening, customer, work, occasion)


def sending_of(conversation: Conversation, occasion: Occasion) -> Job:
    """The job that sends this answer, or translates it first."""
    kind = JobKind.SEND_MESSAGE if conversation.channel in BY_MESSAGE else JobKind.SEND_REPLY
    kind = JobKind.TRANSLATE_ANSWER if waits_for_translation(conversation) else kind
    return occasion.job(conversation.organization_id, kind, {"conversation_id": str(conversation.id)})


def customer_author(customer: Customer) -> Author:
    """A customer as the author of their message."""
    name = customer.name or customer.email or (customer.phones[0] if customer.phones else "")
    return Author(AuthorType.CUSTOMER, customer.id, name, AuthorRole.CUSTOMER)


def agent_author(actor: Actor) -> Author:
    """A user or a program as the author of an answer; a program speaks as an agent."""
    if actor.type == "system":
        return Author(AuthorType.SYSTEM, None, actor.name, AuthorRole.SYSTEM)
    return Author(AuthorType(actor.type), actor.id, actor.name, AuthorRole.AGENT)


def _check_translation(kind: Kind, draft: Draft, translator: Translator | None) -> None:
    if draft.translate_to is None:
        return
    check_language(draft.translate_to, "translate_to")
    if kind is not Kind.REPLY:
        raise InvalidValue("translate_to", "is for replies")
    if draft.template is not None:
        raise InvalidValue("translate_to", "is not for templates, which have languages of their own")
    if len(text_of(draft.content)) > LONGEST:
        raise InvalidValue("translate_to", f"is for answers of up to {LONGEST:,} characters")
    if translator is None:
        raise Conflict(f"Nothing here translates; {HOW}.")


def _conversation(ticket: Ticket, kind: Kind, draft: Draft, occasion: Occasion) -> Conversation:
    return Conversation(
        id=ConversationId(occasion.new_id()),
        organization_id=ticket.organization_id,
        ticket_id=ticket.id,
        kind=kind,
        channel=ticket.channel,
        author=draft.author,
        content=draft.content,
        content_text=text_of(draft.content),
        content_html=draft.html if draft.html is not None else html_of(draft.content),
        created_at=occasion.occurred_at or occasion.at,
        attachment_ids=draft.attachment_ids,
        external_id=draft.external_id,
    )


async def addressed_reply(
    ticket: Ticket, draft: Draft, work: Work, occasion: Occasion, domain: MailDomain
) -> Conversation:
    """The answer with everything fixed that a retry must repeat to the letter: its ids, sender and recipients. It is
    not yet kept; where the customer has no address, it stands as failed.
    """
    check_answerable(ticket)
    if draft.template is not None and ticket.channel not in BY_TEMPLATE:
        raise InvalidValue("template", f"{ticket.channel.value} has no templates")
    conversation = _conversation(ticket, Kind.REPLY, draft, occasion)
    if ticket.channel in BY_MESSAGE:
        return await addressed_message(conversation, ticket, draft, work)
    mail = await headers_of_reply(conversation.id, ticket, draft.cc, draft.bcc, work, domain)
    status = (
        DeliveryStatus(DeliveryState.QUEUED) if mail.to else DeliveryStatus(DeliveryState.FAILED, NO_ADDRESS)
    )
    return evolve(conversation, mail=mail, delivery=status)


async def addressed_message(
    conversation: Conversation, ticket: Ticket, draft: Draft, view: View
) -> Conversation:
    """The answer as a message of the ticket's own provider, to whom the ticket is a conversation with."""
    if draft.cc or draft.bcc:
        raise InvalidValue(
            "cc" if draft.cc else "bcc", f"a message over {ticket.channel.value} has no copies"
        )
    there = await correspondence_of(ticket, view)
    way = way_of(there) if there is not None else {}
    marked = evolve(conversation, metadata={**marked_with(draft.template), **way})
    if there is None:
        unsent = DeliveryStatus(DeliveryState.FAILED, nowhere(ticket.channel))
        return evolve(marked, delivery=unsent)
    return evolve(marked, delivery=DeliveryStatus(DeliveryState.QUEUED))


async def _keep(
    before: Ticket, ticket: Ticket, conversation: Conversation, draft: Draft, work: Work, occasion: Occasion
) -> Conversation:
    moved = with_status(ticket, draft.status, occasion.at) if draft.status else ticket
    await demand_values(
        ticket.organization_id, before.status, draft.status, ticket.custom_fields, work, occasion
    )
    await _claim_attachments(conversation, work)
    await keep_message(conversation, before, moved, work, occasion)
    return conversation


async def _claim_attachments(conversation: Conversation, work: Work) -> Sequence[Attachment]:
    """Binds uploaded files to the message; each belongs to one message only."""
    ids = [AttachmentId(attachment_id) for attachment_id in conversation.attachment_ids]
    found = await work.attachments.many(conversation.organization_id, ids) if ids else {}
    claimed = []
    for attachment_id in ids:
        attachment = found.get(attachment_id)
        if attachment is None:
            raise NotFound("attachment", attachment_id)
        if attachment.conversation_id not in (None, conversation.id):
            raise InvalidValue("attachment_ids", f"{attachment_id} belongs to another message")
        bound = evolve(
            _shown_in(conversation, attachment),
            conversation_id=conversation.id,
            ticket_id=conversation.ticket_id,
        )
        await work.attachments.replace(bound)
        claimed.append(bound)
    return claimed


def _shown_in(conversation: Conversation, file: Attachment) -> Attachment:
    """The file; as an image of the text where that shows it by its id (`cid:<id>`)."""
    if file.content_id is None and f'"cid:{file.id}"' in conversation.content_html:
        return evolve(file, content_id=str(file.id), inline=True)
    return file
