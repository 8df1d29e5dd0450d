"""Things of a helpdesk as the contract tests need them: sensible, all different, and told apart by name."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from attrs import frozen

from helpdesk_core.arrangements import A
from helpdesk_core.articles import Article, Body
from helpdesk_core.attachments import Attachment
from helpdesk_core.blocked_senders import BlockedSender
from helpdesk_core.conversations import Author, AuthorRole, AuthorType, Conversation, Kind, MailHeaders
from helpdesk_core.custom_fields import CustomField
from helpdesk_core.customers import Customer
from helpdesk_core.deliveries import WebhookDelivery
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.figures import NOBODY, Figure
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import (
    ApiKeyId,
    ArticleId,
    AttachmentId,
    BlockedSenderId,
    ConversationId,
    CustomerId,
    CustomFieldId,
    DeliveryId,
    IntegrationId,
    JobId,
    OrganizationId,
    RatingId,
    TagId,
    TeamId,
    TicketId,
    UserId,
    WebhookEndpointId,
    WebhookEventId,
    WidgetId,
    uuid7,
)
from helpdesk_core.integrations import Integration
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.macros import Macro
from helpdesk_core.organizations import Organization
from helpdesk_core.privacy import Erasure, ErasureState
from helpdesk_core.rules import Rule
from helpdesk_core.satisfaction import SatisfactionRating, Score
from helpdesk_core.saved_views import SavedView
from helpdesk_core.sla import SlaPolicy
from helpdesk_core.subjects import subject_key
from helpdesk_core.tags import Tag
from helpdesk_core.teams import Team
from helpdesk_core.tickets import Channel, Ticket
from helpdesk_core.users import Actor, ApiKey, Role, Scope, Session, User
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_core.webhooks import WebhookEvent
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import Submission, WidgetSession

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


def a_webhook_endpoint(organization: Organization, **fields: Any) -> WebhookEndpoint:
    return WebhookEndpoint(
        **{
            "id": WebhookEndpointId(new_id()),
            "organization_id": organization.id,
            "name": fresh("Hooks "),
            "url": "https://hooks.parcels.example/",
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_delivery(endpoint: WebhookEndpoint, **fields: Any) -> WebhookDelivery:
    return WebhookDelivery(
        **{
            "id": DeliveryId(new_id()),
            "organization_id": endpoint.organization_id,
            "endpoint_id": WebhookEndpointId(endpoint.id),
            "event_id": new_id(),
            "seq": 1,
            "type": "ticket.created",
            "created_at": NOON,
            "body": '{"type":"ticket.created"}',
            "next_try_at": NOON,
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


def a_widget(organization: Organization, **fields: Any) -> Widget:
    return Widget(
        **{
            "id": WidgetId(new_id()),
            "organization_id": organization.id,
            "name": fresh("Shop "),
            "created_at": NOON,
            "updated_at": NOON,
            "api_key": fresh("wk_"),
            **fields,
        }
    )


def a_rating(ticket: Ticket, **fields: Any) -> SatisfactionRating:
    return SatisfactionRating(
        **{
            "id": RatingId(new_id()),
            "organization_id": ticket.organization_id,
            "ticket_id": ticket.id,
            "customer_id": ticket.customer_id,
            "assignee_id": None,
            "score": Score.GOOD,
            "comment": "Silent at last.",
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def an_erasure(customer: Customer, **fields: Any) -> Erasure:
    return Erasure(
        **{
            "id": new_id(),
            "organization_id": customer.organization_id,
            "customer_id": customer.id,
            "state": ErasureState.ERASED,
            "erased": {"conversations": 1},
            "requested_at": NOON,
            "finished_at": NOON,
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


def an_article(organization: Organization, **fields: Any) -> Article:
    return Article(
        **{
            "id": ArticleId(new_id()),
            "organization_id": organization.id,
            "title": "Brakes that squeak",
            "body": Body("<p>Clean the rim.</p>", "Clean the rim."),
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def a_figure(**fields: Any) -> Figure:
    return Figure(
        **{
            "measure": "first_response",
            "day": NOON.date(),
            "channel": "email",
            "agent_id": NOBODY,
            "count": 2,
            "total": 90,
            **fields,
        }
    )


def a_custom_field(organization: Organization, **fields: Any) -> CustomField:
    return CustomField(
        **{
            "id": CustomFieldId(new_id()),
            "organization_id": organization.id,
            "name": fresh("field"),
            "label": "Frame size",
            "created_at": NOON,
            "updated_at": NOON,
            **fields,
        }
    )


def an_arrangement(kind: type[A], organization: Organization, **fields: Any) -> A:
    """One of whatever kind that needs no more than its name."""
    name = fresh(f"{kind.kind} ")
    return kind(
        id=new_id(), organization_id=organization.id, name=name, created_at=NOON, updated_at=NOON, **fields
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


def a_widget_session(widget: Widget, ticket: Ticket, **fields: Any) -> WidgetSession:
    return WidgetSession(
        **{
            "token_hash": fresh("token"),
            "organization_id": widget.organization_id,
            "widget_id": widget.id,
            "visitor_id": "visitor-1",
            "created_at": NOON,
            "last_used_at": NOON,
            "customer_id": ticket.customer_id,
            "ticket_id": ticket.id,
            **fields,
        }
    )


def a_submission(message: Conversation, **fields: Any) -> Submission:
    return Submission(
        **{
            "organization_id": message.organization_id,
            "fingerprint": "cd" * 32,
            "accepted_at": NOON,
            "ticket_id": message.ticket_id,
            "conversation_id": message.id,
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
    widget: Widget
    tag: Tag
    custom_field: CustomField
    macro: Macro
    rule: Rule
    sla_policy: SlaPolicy
    saved_view: SavedView
    answer: KeptAnswer
    article: Article
    customer: Customer
    ticket: Ticket
    message: Conversation
    visitor: WidgetSession
    submission: Submission
    attachment: Attachment
    rating: SatisfactionRating
    erasure: Erasure
    blocked: BlockedSender
    integration: Integration
    webhook_event: WebhookEvent
    job: Job
    event: DomainEvent
    endpoint: WebhookEndpoint
    delivery: WebhookDelivery


def one_of_each(number: int = 1) -> OneOfEach:
    organization = an_organization()
    user = a_user(organization)
    customer = a_customer(organization, emails=("carla@mail.example",), company="Carla Bikes")
    ticket = a_ticket(customer, number)
    message = a_mail(ticket, "brake@mail.example", external_id="ext-1")
    widget = a_widget(organization)
    endpoint = a_webhook_endpoint(organization)
    return OneOfEach(
        organization,
        user,
        a_session(user),
        an_api_key(organization),
        a_team(organization),
        widget,
        a_tag(organization),
        a_custom_field(organization),
        an_arrangement(Macro, organization),
        an_arrangement(Rule, organization),
        an_arrangement(SlaPolicy, organization),
        an_arrangement(SavedView, organization),
        a_kept_answer(organization),
        an_article(organization, external_id="ext-1"),
        customer,
        ticket,
        message,
        a_widget_session(widget, ticket),
        a_submission(message),
        an_attachment(ticket, message),
        a_rating(ticket),
        an_erasure(customer),
        a_blocked_sender(organization),
        an_integration(organization),
        a_webhook_event(organization_id=organization.id),
        a_job(organization_id=organization.id),
        an_event(
            organization,
            ticket.id,
            type="ticket.merged",
            actor=Actor("system", new_id(), "a rule"),
            origin="what began it",
        ),
        endpoint,
        a_delivery(endpoint),
    )
