"""Rows of those who follow the event log: their places, outgoing webhooks, figures, and answers that are kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, EXACT, Row, index, references
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class LogPlaceRow(Row, table=True):
    """How far a follower has come in the log of an organization."""

    __tablename__ = "log_places"
    __table_args__ = (CLUSTERED,)
    follower: str = Field(sa_type=EXACT, primary_key=True)
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    seq: int = Field(sa_type=BigInteger)


class KeptAnswerRow(Row, table=True):
    __tablename__ = "kept_answers"
    __table_args__ = (index("ix_kept_answers_created", "created_at"), CLUSTERED)
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    key: str = Field(sa_type=EXACT, primary_key=True)
    fingerprint: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    sealed: str = Field(sa_type=Text)


class DeliveryRow(Row, table=True):
    """One event on its way to one webhook endpoint, with every try."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        references("endpoint_id", "arrangements", "CASCADE"),
        index("ix_webhook_deliveries_created", "endpoint_id", "created_at"),
        index("ix_webhook_deliveries_state", "endpoint_id", "state", "created_at"),
        index("ix_webhook_deliveries_event", "endpoint_id", "seq"),
        index("ix_webhook_deliveries_finished", "finished_at", where="finished_at IS NOT NULL"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    endpoint_id: UUID = Field(sa_type=Id)
    event_id: UUID = Field(sa_type=Id)
    seq: int = Field(sa_type=BigInteger)
    """The event's place in the log; 0 for a test call."""
    type: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    attempts: int
    next_try_at: datetime | None = Field(sa_type=Instant)
    finished_at: datetime | None = Field(sa_type=Instant)
    body: str = Field(sa_type=Text)
    tries: list[dict[str, Any]] = Field(sa_type=Document)


class DailyFigureRow(Row, table=True):
    """What was counted of one measure on one day (UTC), by channel and agent."""

    __tablename__ = "daily_figures"
    __table_args__ = (CLUSTERED,)
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    measure: str = Field(sa_type=EXACT, primary_key=True)
    day: date = Field(primary_key=True)
    channel: str = Field(sa_type=EXACT, primary_key=True)
    agent_id: UUID = Field(sa_type=Id, primary_key=True)
    """The nil UUID: nobody."""
    count: int = Field(sa_type=BigInteger)
    total: int = Field(sa_type=BigInteger)
    """The sum of what was measured, in seconds where it is a time."""
