"""What the API shows: one frozen class a resource, and how it is made from the core's nouns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from attrs import frozen

from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.customers import Customer
from helpdesk_core.tickets import Channel, Priority, Status, Ticket
from helpdesk_core.unset import UNSET, Unset
from helpdesk_core.users import User
from helpdesk_core.webhooks import EventState, WebhookEvent
from helpdesk_http.fields import About
from helpdesk_http.message_views import ConversationView

T = TypeVar("T")


@frozen
class Listed(Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    data: Sequence[T]
    next_cursor: str | None


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
