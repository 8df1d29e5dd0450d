"""Things of a helpdesk as the contract tests need them: sensible, all different, and told apart by name."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from attrs import frozen

from helpdesk_core.attachments import Attachment
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.conversations import Author, AuthorRole, AuthorType, Conversation, Kind, MailHeaders
from helpdesk_core.customers import Customer
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import (
    ApiKeyId,
    AttachmentId,
    BlockedSenderId,
    ConversationId,
    CustomerId,
    IntegrationId,
    JobId,
    OrganizationId,
    TagId,
    TeamId,
    TicketId,
    UserId,
    WebhookEventId,
    uuid7,
)
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.organizations import Organization
from helpdesk_core.subjects import subject_key
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.users import Actor, ApiKey, Role, Scope, Session, User
from helpdesk_core.webhooks import WebhookEvent

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

_serial = count(1)


def after(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def fresh(word: str = "x") -> str:
    """A text that no other thing bears."""
    return f"{word}-{next(_serial)}"


def new_id() -> UUID:
    return uuid7(NOON, next(_serial))


def an_organization(**fields: Any) -> Organization:
    return Organization(
        **{
            "id": OrganizationId(new_id()),
            "slug": fresh("org"),
            "name": "Bike repair",
            "created_at": NOON,
            **fields,
        }
    )


def a_user(organization: Organization, **fields: Any) -> User:
    return User(
        **{
            "id": UserId(new_id()),
            "organization_id": organization.id,
            "email": f"{fresh('agent')}@desk.example",
            "name": "Uma",
            "role": Role.AGENT,
            "created_at": NOON,
            "password_hash": "$hash$",
            **fields,
        }
    )


def a_session(user: User, **fields: Any) -> Session:
    return Session(
        **{
            "token_hash": fresh("token"),
            "user_id": user.id,
            "created_at": NOON,
            "expires_at": after(60),
            **fields,
        }
    )


def an_api_key(organization: Organization, **fields: Any) -> ApiKey:
    return ApiKey(
        **{
            "id": ApiKeyId(new_id()),
            "organization_id": organization.id,
            "name": "import script",
            "scopes": (Scope.READ,),
            "key_hash": fresh("hash"),
            "hint": "hd_1a2b",
            "created_at": NOON,
            **fields,
        }
    )


def a_team(organization: Organization, **fields: Any) -> Team:
    return Team(
        **{
            "id": TeamId(new_id()),
            "organization_id": organization.id,
            "name": fresh("Wheels "),
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_tag(organization: Organization, **fields: Any) -> Tag:
    return Tag(
        **{
            "id": TagId(new_id()),
            "organization_id": organization.id,
            "name": fresh("tag"),
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_kept_answer(organization: Organization, **fields: Any) -> KeptAnswer:
    return KeptAnswer(
        **{
            "organization_id": organization.id,
            "key": "order-1001",
            "fingerprint": "ab12",
            "created_at": NOON,
            "sealed": "sealed",
            **fields,
        }
    )


def a_customer(organization: Organization, **fields: Any) -> Customer:
    return Customer(
        **{
            "id": CustomerId(new_id()),
            "organization_id": organization.id,
            "created_at": NOON,
            "updated_at": NOON,
            "name": "Carla",
            **fields,
        }
    )


def a_ticket(customer: Customer, number: int, **fields: Any) -> Ticket:
    subject = fields.get("subject", "Brake squeaks")
    return Ticket(
        **{
            "id": TicketId(new_id()),
            "organization_id": customer.organization_id,
            "number": number,
            "subject": subject,
            "channel": Channel.EMAIL,
            "customer_id": customer.id,
            "created_at": after(number),
            "updated_at": after(number),
            "last_message_at": after(number),
            "subject_key": subject_key(subject),
            **fields,
        }
    )


def a_message(ticket: Ticket, text: str = "It squeaks.", **fields: Any) -> Conversation:
    return Conversation(
        **{
            "id": ConversationId(new_id()),
            "organization_id": ticket.organization_id,
            "ticket_id": ticket.id,
            "kind": Kind.INBOUND,
            "channel": Channel.EMAIL,
            "author": Author(AuthorType.CUSTOMER, ticket.customer_id, "Carla", AuthorRole.CUSTOMER),
            "content": {"type": "doc", "content": []},
            "content_text": text,
            "content_html": f"<p>{text}</p>",
            "created_at": NOON,
            **fields,
        }
    )


def a_mail(ticket: Ticket, message_id: str, **fields: Any) -> Conversation:
    return a_message(ticket, **{"mail": MailHeaders(message_id=message_id), **fields})


def an_attachment(ticket: Ticket, conversation: Conversation, **fields: Any) -> Attachment:
    return Attachment(
        **{
            "id": AttachmentId(new_id()),
            "organization_id": ticket.organization_id,
            "filename": "brake.jpg",
            "content_type": "image/jpeg",
            "size": 3,
            "created_at": NOON,
            "digest": "ab" * 32,
            "ticket_id": ticket.id,
            "conversation_id": conversation.id,
            **fields,
        }
    )


def a_blocked_sender(organization: Organization, **fields: Any) -> BlockedSender:
    return BlockedSender(
        **{
            "id": BlockedSenderId(new_id()),
            "organization_id": organization.id,
            "pattern": f"@{fresh('spam')}.example",
            "created_at": NOON,
            **fields,
        }
    )


def an_integration(organization: Organization, **fields: Any) -> Integration:
    return Integration(
        **{
            "id": IntegrationId(new_id()),
            "organization_id": organization.id,
            "provider": "stripe",
            "external_id": fresh("acct"),
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_webhook_event(**fields: Any) -> WebhookEvent:
    return WebhookEvent(
        **{
            "id": WebhookEventId(new_id()),
            "provider": "stripe",
            "external_id": fresh("evt"),
            "type": "charge.refunded",
            "raw": b'{"id": 1}',
            "received_at": NOON,
            **fields,
        }
    )


def a_job(**fields: Any) -> Job:
    return Job(
        **{
            "id": JobId(new_id()),
            "kind": JobKind.SEND_REPLY,
            "payload": {"conversation_id": str(new_id())},
            "run_at": NOON,
            "created_at": NOON,
            **fields,
        }
    )


def an_event(organization: Organization, subject_id: UUID, **fields: Any) -> DomainEvent:
    return DomainEvent(
        **{
            "id": new_id(),
            "organization_id": organization.id,
            "type": "ticket.created",
            "subject_type": "ticket",
            "subject_id": subject_id,
            "actor": Actor("system", None, "helpdesk"),
            "occurred_at": NOON,
            "recorded_at": NOON,
            **fields,
        }
    )


@frozen
class OneOfEach:
    """An organization that has one of everything."""

    organization: Organization
    user: User
    session: Session
    api_key: ApiKey
    team: Team
    tag: Tag
    answer: KeptAnswer
    customer: Customer
    ticket: Ticket
    message: Conversation
    attachment: Attachment
    blocked: BlockedSender
    integration: Integration
    webhook_event: WebhookEvent
    job: Job
    event: DomainEvent


def one_of_each(number: int = 1) -> OneOfEach:
    organization = an_organization()
    user = a_user(organization)
    customer = a_customer(organization, emails=("carla@mail.example",), company="Carla Bikes")
    ticket = a_ticket(customer, number)
    message = a_mail(ticket, "brake@mail.example", external_id="ext-1")
    return OneOfEach(
        organization,
        user,
        a_session(user),
        an_api_key(organization),
        a_team(organization),
        a_tag(organization),
        a_kept_answer(organization),
        customer,
        ticket,
        message,
        an_attachment(ticket, message),
        a_blocked_sender(organization),
        an_integration(organization),
        a_webhook_event(organization_id=organization.id),
        a_job(organization_id=organization.id),
        an_event(organization, ticket.id),
    )
