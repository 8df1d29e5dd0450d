"""What a desk notes while it runs."""

from typing import Any
from uuid import UUID

from helpdesk_core.attachments import StoredFile
from helpdesk_core.budgets import Budget
from helpdesk_core.commands import TakeEmail
from helpdesk_core.conversations import Conversation
from helpdesk_core.deliveries import WebhookDelivery
from helpdesk_core.email import Mail, Understood
from helpdesk_core.event_log import DomainEvent
from helpdesk_core.figures import NOBODY, Figure
from helpdesk_core.idempotency import KeptAnswer
from helpdesk_core.ids import DeliveryId, JobId, QuarantinedMailId, WebhookEndpointId, WebhookEventId
from helpdesk_core.jobs import Job, JobKind
from helpdesk_core.organizations import Organization
from helpdesk_core.quarantine import QuarantinedMail, Reason
from helpdesk_core.tickets import Ticket
from helpdesk_core.users import Actor
from helpdesk_core.webhook_endpoints import WebhookEndpoint
from helpdesk_core.webhooks import WebhookEvent
from helpdesk_core.widget import Widget
from helpdesk_core.widget_sessions import Submission, WidgetSession
from tests.contracts.builders.basics import NOON, fresh, new_id


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


def a_budget(organization: Organization, **fields: Any) -> Budget:
    return Budget(
        **{"organization_id": organization.id, "name": "mail of ida", "remaining": 3.5, "at": NOON, **fields}
    )


def a_quarantined_mail(organization: Organization, **fields: Any) -> QuarantinedMail:
    file = StoredFile("invoice.exe", "application/octet-stream", 2, "d1")
    return QuarantinedMail(
        **{
            "id": QuarantinedMailId(new_id()),
            "organization_id": organization.id,
            "held_at": NOON,
            "sender": "ida@garden.example",
            "subject": "The kettle leaks",
            "reasons": (Reason.SPAM,),
            "command": TakeEmail(Mail(subject="The kettle leaks"), NOON, Understood({}, ""), (file,)),
            "external_id": "ext-1",
            "message_id": "1@garden.example",
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
