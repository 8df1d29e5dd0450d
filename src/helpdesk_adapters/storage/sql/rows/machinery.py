"""Rows of what keeps the desk running: received webhooks, jobs, the event log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, Row, index, unique
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class WebhookEventRow(Row, table=True):
    __tablename__ = "webhook_events"
    __table_args__ = (
        unique("uq_webhook_events_external_id", "provider", "external_id"),
        index("ix_webhook_events_received", "received_at"),
        index("ix_webhook_events_state", "state", "received_at"),
        index("ix_webhook_events_provider", "provider", "received_at"),
        index("ix_webhook_events_organization", "organization_id", "received_at"),
        index("ix_webhook_events_bodies", "received_at", where="length(raw) > 0"),
        index("ix_webhook_events_waiting", "provider", "account", "received_at", where="state = 'unmatched'"),
        index(
            "ix_webhook_events_heard",
            "organization_id",
            "provider",
            "account",
            "received_at",
            where="account IS NOT NULL",
        ),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    provider: str = Field(sa_type=Text)
    external_id: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Instant)
    state: str = Field(sa_type=Text)
    organization_id: UUID | None = Field(sa_type=Id)
    attempts: int
    processed_at: datetime | None = Field(sa_type=Instant)
    error: str | None = Field(sa_type=Text)
    account: str | None = Field(sa_type=Text)
    raw: bytes = Field(sa_type=LargeBinary)


class JobRow(Row, table=True):
    """A job. `lease_until` and `worker` say who has it in hand; they mean something while it is running only."""

    __tablename__ = "jobs"
    __table_args__ = (
        index("ix_jobs_created", "created_at"),
        index("ix_jobs_state", "state", "created_at"),
        index("ix_jobs_due", "run_at", where="state IN ('queued', 'failed')"),
        index("ix_jobs_lease", "lease_until", where="state = 'running'"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    kind: str = Field(sa_type=Text)
    payload: dict[str, Any] = Field(sa_type=Document)
    run_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    organization_id: UUID | None = Field(sa_type=Id)
    state: str = Field(sa_type=Text)
    attempts: int
    error: str | None = Field(sa_type=Text)
    finished_at: datetime | None = Field(sa_type=Instant)
    worker: str | None = Field(sa_type=Text)
    lease_until: datetime | None = Field(sa_type=Instant)


class LogRow(Row, table=True):
    __tablename__ = "event_log"
    __table_args__ = (
        index("ix_event_log_subject", "subject_id", "recorded_at"),
        index("ix_event_log_audited", "organization_id", "seq", where="audited"),
        index("ix_event_log_origin", "organization_id", "origin", where="origin IS NOT NULL"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    seq: int = Field(sa_type=BigInteger, primary_key=True)
    id: UUID = Field(sa_type=Id)
    type: str = Field(sa_type=Text)
    subject_type: str = Field(sa_type=Text)
    subject_id: UUID = Field(sa_type=Id)
    actor_type: str = Field(sa_type=Text)
    actor_id: UUID | None = Field(sa_type=Id)
    actor_name: str = Field(sa_type=Text)
    occurred_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)
    data: dict[str, Any] = Field(sa_type=Document)
    cause: str | None = Field(sa_type=Text)
    depth: int
    origin: str | None = Field(sa_type=Text)
    quiet: bool
    audited: bool
    """Whether the audit log shows it, see `helpdesk_core.event_log.is_audited`."""


class MetaRow(Row, table=True):
    """What the desk remembers about this database itself."""

    __tablename__ = "meta"
    __table_args__ = (CLUSTERED,)
    key: str = Field(sa_type=Text, primary_key=True)
    value: str = Field(sa_type=Text)
