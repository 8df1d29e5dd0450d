"""Rows of what belongs to those who work in an organization: links, second factors, settings, notifications."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, Row, index, references, unique
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class UserLinkRow(Row, table=True):
    """A link that was mailed to a user and can be used once."""

    __tablename__ = "user_links"
    __table_args__ = (
        references("user_id", "users", "CASCADE"),
        unique("uq_user_links_purpose", "user_id", "purpose"),
        index("ix_user_links_expires", "expires_at"),
        CLUSTERED,
    )
    token_hash: str = Field(sa_type=Text, primary_key=True)
    user_id: UUID = Field(sa_type=Id)
    purpose: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class SecondFactorRow(Row, table=True):
    __tablename__ = "second_factors"
    __table_args__ = (references("user_id", "users", "CASCADE"), CLUSTERED)
    user_id: UUID = Field(sa_type=Id, primary_key=True)
    sealed_secret: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    confirmed_at: datetime | None = Field(sa_type=Instant)
    last_step: int | None = Field(sa_type=BigInteger)
    recovery_hashes: list[str] = Field(sa_type=Document)


class UserSettingsRow(Row, table=True):
    """What a user has set for themselves, and when the desk last handed them a ticket."""

    __tablename__ = "user_settings"
    __table_args__ = (
        references("organization_id", "organizations"),
        references("user_id", "users", "CASCADE"),
        index("ix_user_settings_organization", "organization_id"),
        CLUSTERED,
    )
    user_id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    available: bool
    away_until: datetime | None = Field(sa_type=Instant)
    ways: dict[str, str] = Field(sa_type=Document)
    turn: int = Field(sa_type=BigInteger)


class PeopleSettingsRow(Row, table=True):
    __tablename__ = "people_settings"
    __table_args__ = (references("organization_id", "organizations"), CLUSTERED)
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    demands_second_factor: bool
    assignment: str = Field(sa_type=Text)
    scope: str = Field(sa_type=Text)


class NotificationRow(Row, table=True):
    """What a user was told of a ticket."""

    __tablename__ = "notifications"
    __table_args__ = (
        references("organization_id", "organizations"),
        references("user_id", "users", "CASCADE"),
        references("ticket_id", "tickets", "CASCADE"),
        index("ix_notifications_user", "user_id", "created_at"),
        index("ix_notifications_unread", "user_id", where="read_at IS NULL"),
        index("ix_notifications_waiting", "user_id", "created_at", where="mail = 'waiting'"),
        index("ix_notifications_ticket", "ticket_id", "user_id"),
        index("ix_notifications_created", "created_at"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    user_id: UUID = Field(sa_type=Id)
    kind: str = Field(sa_type=Text)
    ticket_id: UUID = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    conversation_id: UUID | None = Field(sa_type=Id)
    read_at: datetime | None = Field(sa_type=Instant)
    mail: str = Field(sa_type=Text)
