"""Rows of widgets' visitors."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, EXACT, Row, index, references
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class WidgetSessionRow(Row, table=True):
    __tablename__ = "widget_sessions"
    __table_args__ = (
        references("widget_id", "arrangements", "CASCADE"),
        index("ix_widget_sessions_ticket", "ticket_id", "last_used_at", where="ticket_id IS NOT NULL"),
        index("ix_widget_sessions_customer", "customer_id", where="customer_id IS NOT NULL"),
        index("ix_widget_sessions_used", "last_used_at"),
        CLUSTERED,
    )
    token_hash: str = Field(sa_type=EXACT, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    widget_id: UUID = Field(sa_type=Id)
    visitor_id: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime = Field(sa_type=Instant)
    customer_id: UUID | None = Field(sa_type=Id)
    ticket_id: UUID | None = Field(sa_type=Id)
    seen_id: UUID | None = Field(sa_type=Id)
    verified: bool
    meta: dict[str, Any] = Field(sa_type=Document)


class SubmissionRow(Row, table=True):
    """One message that was accepted; sent again at once, it is the same one."""

    __tablename__ = "submissions"
    __table_args__ = (index("ix_submissions_accepted", "accepted_at"), CLUSTERED)
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    fingerprint: str = Field(sa_type=EXACT, primary_key=True)
    accepted_at: datetime = Field(sa_type=Instant)
    ticket_id: UUID = Field(sa_type=Id)
    conversation_id: UUID = Field(sa_type=Id)
