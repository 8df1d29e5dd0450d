"""Widgets' visitors."""

from typing import Any

from helpdesk_adapters.storage.sql.prepared import Row
from helpdesk_core.widget_sessions import Submission, WidgetSession

WIDGET_SESSION = (
    "token_hash",
    "organization_id",
    "widget_id",
    "visitor_id",
    "created_at",
    "last_used_at",
    "customer_id",
    "ticket_id",
    "seen_id",
    "verified",
    "meta",
)


def to_widget_session(row: Row) -> WidgetSession:
    return WidgetSession(*row)


def widget_session_row(session: WidgetSession) -> dict[str, Any]:
    return {
        "token_hash": session.token_hash,
        "organization_id": session.organization_id,
        "widget_id": session.widget_id,
        "visitor_id": session.visitor_id,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "customer_id": session.customer_id,
        "ticket_id": session.ticket_id,
        "seen_id": session.seen_id,
        "verified": session.verified,
        "meta": session.metadata,
    }


SUBMISSION = ("organization_id", "fingerprint", "accepted_at", "ticket_id", "conversation_id")


def submission_row(submission: Submission) -> dict[str, Any]:
    return {
        "organization_id": submission.organization_id,
        "fingerprint": submission.fingerprint,
        "accepted_at": submission.accepted_at,
        "ticket_id": submission.ticket_id,
        "conversation_id": submission.conversation_id,
    }
