"""What the API shows: one frozen class a resource, and how it is made from the core's nouns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from attrs import frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.conversations import AuthorRole, AuthorType, Conversation, DeliveryState, Kind
from helpdesk_core.customers import Customer
from helpdesk_core.email.authentication import Verdict
from helpdesk_core.email.showing import content_key, new_html_shown, shown_document, shown_html
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import User
from helpdesk_core.webhooks import EventState, WebhookEvent
from helpdesk_http.fields import About

T = TypeVar("T")


@frozen
class Listed(Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    data: Sequence[T]
    next_cursor: str | None


@frozen
class AuthorView:
    """Who wrote a message."""

    type: AuthorType
    id: UUID | None
    name: str
    avatar_url: str | None
    role: AuthorRole


@frozen
class AttachmentView:
    """A file of a message."""

    id: UUID
    filename: str
    content_type: str
    size: int
    state: str
    detail: str | None
    inline: bool
    content_id: str | None


@frozen
class DeliveryView:
    """How far an answer has come, with a sentence where one is needed."""

    state: DeliveryState
    detail: str | None


@frozen
class TranslationView:
    """A message in another language."""

    language: str
    text: str | None
    state: str


@frozen
class AuthenticationView:
    """What is known of where a mail came from (SPF, DKIM, DMARC)."""

    spf: Verdict
    dkim: Verdict
    dmarc: Verdict
    policy: Annotated[str | None, About(doc="What the sender's domain wants done with mail that fails DMARC.")]
    aligned: Annotated[Sequence[str], About(doc="Domains of the sender that a check vouches for.")]
    server: Annotated[str | None, About(doc="Which server says so; null: it does not say, or it is the desk.")]
    by_us: Annotated[bool, About(doc="The desk looked at the signatures itself.")]
    trusted: Annotated[bool, About(doc="It is proof; anything else is a hint, which anybody can write.")]


@frozen
class ConversationView:
    """One message of a ticket."""

    id: UUID
    ticket_id: UUID
    kind: Kind
    channel: Channel
    author: AuthorView
    content: Annotated[Mapping[str, Any], About(doc="A ProseMirror document.")]
    content_text: str
    content_html: Annotated[
        str,
        About(
            doc="Sanitized: safe to show as it is. Images that came along are at `/api/v1/attachments/{id}/content`; "
            "those from elsewhere bear their address as `data-remote-src`, unless `remote_images=show`."
        ),
    ]
    new_text: Annotated[str, About(doc="What was written for this message, without what it quotes.")]
    new_html: Annotated[str, About(doc="The same as HTML, safe to show as `content_html` is.")]
    quoted: Annotated[bool, About(doc="Whether the whole says more than the new part.")]
    raw_url: Annotated[
        str | None, About(doc="Where the mail is as it came, for whoever may read it here; null: there is none.")
    ]
    language: str | None
    translation: TranslationView | None
    attachments: Sequence[AttachmentView]
    delivery: Annotated[DeliveryView | None, About(doc="Null for messages that do not leave the desk.")]
    cc: Sequence[str]
    bcc: Sequence[str]
    warnings: Annotated[Sequence[str], About(doc="What an agent should know of this message.")]
    authentication: Annotated[
        AuthenticationView | None, About(doc="Of a mail that came in; null: nothing is known.")
    ]
    created_at: datetime
    redacted_at: Annotated[datetime | None, About(doc="When words of it were blacked out.")]


@frozen
class IdentityView:
    """One way to know a customer: an e-mail, a phone, or who they are on a channel."""

    kind: str
    value: str


@frozen
class CustomerView:
    """A person who writes in."""

    id: UUID
    name: str
    email: str | None
    emails: Sequence[str]
    phones: Sequence[str]
    company: str | None
    language: str | None
    country: str | None
    city: str | None
    metadata: Mapping[str, Any]
    blocked: bool
    created_at: datetime
    updated_at: datetime
    identities: Annotated[
        Sequence[IdentityView], About(doc="Every way to know this customer, e-mails and phones among them.")
    ]
    merged_into_id: Annotated[
        UUID | None, About(doc="Who took over everything of theirs; null: they are still somebody.")
    ]


@frozen
class SlaView:
    """What is promised of a ticket: the policy that holds, and by when."""

    policy_id: UUID
    first_response_due_at: datetime | None
    resolution_due_at: datetime | None
    breached_at: Annotated[datetime | None, About(doc="When the first due time passed unmet.")]


@frozen(slots=False)  # as tickets are
class TicketView:
    """One matter of one customer."""

    id: UUID
    number: int
    subject: str
    status: Status
    priority: Priority
    channel: Channel
    customer_id: UUID
    assignee_id: UUID | None
    team_id: UUID | None
    tags: Sequence[str]
    custom_fields: Mapping[str, Any]
    language: str | None
    metadata: Mapping[str, Any]
    message_count: int
    created_at: datetime
    updated_at: datetime
    last_message_at: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    merged_into_id: UUID | None
    follows_id: Annotated[UUID | None, About(doc="The closed ticket that this one takes up again.")]
    split_from_id: Annotated[UUID | None, About(doc="The ticket whose messages this one began with.")]
    snoozed_until: Annotated[datetime | None, About(doc="Until then it rests out of sight.")]
    followers: Annotated[
        Sequence[str], About(doc="Ids of users, and addresses, that want to hear of the ticket.")
    ]
    sla: Annotated[SlaView | None, About(doc="Null: nothing is promised.")]
    customer: Annotated[CustomerView | Unset, About(doc="With `include=customer`.")] = UNSET
    conversations: Annotated[
        Sequence[ConversationView] | Unset, About(doc="With `include=conversations`, oldest first.")
    ] = UNSET


@frozen
class WebhookEventView:
    """One delivery of a provider in the inbox."""

    id: UUID
    provider: str
    type: str
    external_id: Annotated[str, About(doc="The provider's own id of the event.")]
    state: EventState
    attempts: int
    received_at: datetime
    processed_at: datetime | None
    error: str | None


@frozen
class BlockedSenderView:
    """A rule that keeps senders out."""

    id: UUID
    pattern: str
    created_at: datetime


@frozen
class UserView:
    """A person who works in the organization."""

    id: UUID
    organization_id: UUID | None
    email: str
    name: str
    role: Literal["admin", "agent"]
    created_at: datetime


def ticket_view(
    ticket: Ticket,
    customer: Customer | None = None,
    conversations: Sequence[ConversationView] | None = None,
) -> TicketView:
    return TicketView(
        id=ticket.id,
        number=ticket.number,
        subject=ticket.subject,
        status=ticket.status,
        priority=ticket.priority,
        channel=ticket.channel,
        customer_id=ticket.customer_id,
        assignee_id=ticket.assignee_id,
        team_id=ticket.team_id,
        tags=ticket.tags,
        custom_fields=ticket.custom_fields,
        language=ticket.language,
        metadata=ticket.metadata,
        message_count=ticket.message_count,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        last_message_at=ticket.last_message_at,
        first_response_at=ticket.first_response_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        merged_into_id=ticket.merged_into_id,
        follows_id=ticket.follows_id,
        split_from_id=ticket.split_from_id,
        snoozed_until=ticket.snoozed_until,
        followers=ticket.followers,
        sla=_sla_view(ticket),
        customer=customer_view(customer) if customer is not None else UNSET,
        conversations=conversations if conversations is not None else UNSET,
    )


def _sla_view(ticket: Ticket) -> SlaView | None:
    if ticket.sla_policy_id is None:
        return None
    due = (ticket.first_response_due_at, ticket.resolution_due_at)
    return SlaView(ticket.sla_policy_id, *due, ticket.sla_breached_at)


def customer_view(customer: Customer) -> CustomerView:
    return CustomerView(
        id=customer.id,
        name=customer.name,
        email=customer.email,
        emails=customer.emails,
        phones=customer.phones,
        company=customer.company,
        language=customer.language,
        country=customer.country,
        city=customer.city,
        metadata=customer.metadata,
        blocked=customer.blocked,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
        identities=[IdentityView(contact.kind, contact.value) for contact in customer.contacts],
        merged_into_id=customer.merged_into_id,
    )


def conversation_view(
    conversation: Conversation, attachments: Mapping[Any, Attachment], *, remote_images: bool = False
) -> ConversationView:
    author, delivery = conversation.author, conversation.delivery
    images = _images(conversation, attachments)
    html = shown_html(conversation.content_html, images, remote=remote_images)
    new_html = new_html_shown(conversation)
    return ConversationView(
        id=conversation.id,
        ticket_id=conversation.ticket_id,
        kind=conversation.kind,
        channel=conversation.channel,
        author=AuthorView(author.type, author.id, author.name, author.avatar_url, author.role),
        content=shown_document(conversation.content, images),
        content_text=conversation.content_text,
        content_html=html,
        new_text=conversation.content_text if conversation.new_text is None else conversation.new_text,
        new_html=html if new_html is None else shown_html(new_html, images, remote=remote_images),
        quoted=new_html is not None,
        raw_url=f"/api/v1/conversations/{conversation.id}/raw" if conversation.raw_id else None,
        language=conversation.language,
        translation=_translation(conversation),
        attachments=[
            attachment_view(attachments[id_]) for id_ in conversation.attachment_ids if id_ in attachments
        ],
        delivery=DeliveryView(delivery.state, delivery.detail) if delivery else None,
        cc=conversation.mail.cc,
        bcc=conversation.mail.bcc,
        warnings=conversation.warnings,
        authentication=authentication_view(conversation.metadata.get("authentication")),
        created_at=conversation.created_at,
        redacted_at=conversation.redacted_at,
    )


def authentication_view(told: Mapping[str, Any] | None) -> AuthenticationView | None:
    """Of what is kept with a mail, see `helpdesk_core.email.authentication.as_told`."""
    if told is None:
        return None
    verdicts = {name: Verdict(told[name]) for name in ("spf", "dkim", "dmarc")}
    return AuthenticationView(**{**told, **verdicts})


def _images(conversation: Conversation, attachments: Mapping[Any, Attachment]) -> dict[str, str]:
    """Where the message's own images are, by the names that its HTML has for them."""
    files = (attachments[id_] for id_ in conversation.attachment_ids if id_ in attachments)
    return {
        content_key(file.content_id): f"/api/v1/attachments/{file.id}/content"
        for file in files
        if file.content_id is not None and file.digest is not None
    }


def _translation(conversation: Conversation) -> TranslationView | None:
    found = conversation.translation
    return None if found is None else TranslationView(found.language, found.text, found.state.value)


def attachment_view(attachment: Attachment) -> AttachmentView:
    return AttachmentView(
        id=attachment.id,
        filename=attachment.filename,
        content_type=attachment.content_type,
        size=attachment.size,
        state=attachment.state.value,
        detail=attachment.detail,
        inline=attachment.inline,
        content_id=attachment.content_id,
    )


def webhook_event_view(event: WebhookEvent) -> WebhookEventView:
    return WebhookEventView(
        id=event.id,
        provider=event.provider,
        type=event.type,
        external_id=event.external_id,
        state=event.state,
        attempts=event.attempts,
        received_at=event.received_at,
        processed_at=event.processed_at,
        error=event.error,
    )


def blocked_sender_view(blocked: BlockedSender) -> BlockedSenderView:
    return BlockedSenderView(blocked.id, blocked.pattern, blocked.created_at)


def user_view(user: User) -> UserView:
    return UserView(user.id, user.organization_id, user.email, user.name, user.role.value, user.created_at)
