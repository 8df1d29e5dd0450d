"""Rows of organizations, of those who work in them, and of those who write in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, EXACT, PK, Row, index, references, unique
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class OrganizationRow(Row, table=True):
    __tablename__ = "organizations"
    id: UUID = Field(sa_type=Id, primary_key=True)
    slug: str = Field(sa_type=EXACT, unique=True)
    name: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    mail_from: str | None = Field(sa_type=Text)
    mail_settings: dict[str, Any] = Field(sa_type=Document)
    """The rest of how it writes, see `helpdesk_core.organizations`."""
    language: str = Field(sa_type=Text)


class CounterRow(Row, table=True):
    """The last numbers given out in an organization."""

    __tablename__ = "counters"
    __table_args__ = (CLUSTERED,)
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    ticket_number: int = Field(sa_type=BigInteger)
    log_seq: int = Field(sa_type=BigInteger)


class UserRow(Row, table=True):
    __tablename__ = "users"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_users_organization", "organization_id", "email_key"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID | None = Field(sa_type=Id)
    email: str = Field(sa_type=Text)
    email_key: str = Field(sa_type=EXACT, unique=True)
    """The e-mail in lower case."""
    name: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    password_hash: str = Field(sa_type=Text)
    disabled_at: datetime | None = Field(sa_type=Instant)


class SessionRow(Row, table=True):
    __tablename__ = "sessions"
    __table_args__ = (
        references("user_id", "users", "CASCADE"),
        index("ix_sessions_user", "user_id"),
        index("ix_sessions_expires", "expires_at"),
        CLUSTERED,
    )
    token_hash: str = Field(sa_type=Text, primary_key=True)
    user_id: UUID = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    device: str = Field(sa_type=Text)


class ApiKeyRow(Row, table=True):
    __tablename__ = "api_keys"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_api_keys_created", "organization_id", "created_at"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    name: str = Field(sa_type=Text)
    scopes: list[str] = Field(sa_type=Document)
    key_hash: str = Field(sa_type=Text, unique=True)
    hint: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)


class LogInAttemptRow(Row, table=True):
    __tablename__ = "log_in_attempts"
    __table_args__ = (
        index("ix_log_in_attempts_subject", "subject", "at"),
        index("ix_log_in_attempts_at", "at"),
    )
    pk: int = Field(sa_type=PK, primary_key=True)
    subject: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)


class CustomerRow(Row, table=True):
    __tablename__ = "customers"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_customers_created", "organization_id", "created_at"),
        index("ix_customers_updated", "organization_id", "updated_at"),
        index("ix_customers_blocked_created", "organization_id", "created_at", where="blocked"),
        index("ix_customers_blocked_updated", "organization_id", "updated_at", where="blocked"),
        index("ix_customers_name", "organization_id", "name_key", where="name_key <> ''"),
        index("ix_customers_company", "organization_id", "company_key", where="company_key <> ''"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    name: str = Field(sa_type=Text)
    emails: list[str] = Field(sa_type=Document)
    phones: list[str] = Field(sa_type=Document)
    identities: list[list[str]] = Field(sa_type=Document)
    company: str | None = Field(sa_type=Text)
    language: str | None = Field(sa_type=Text)
    country: str | None = Field(sa_type=Text)
    city: str | None = Field(sa_type=Text)
    meta: dict[str, Any] = Field(sa_type=Document)
    blocked: bool
    merged_into_id: UUID | None = Field(sa_type=Id)
    version: int
    name_key: str = Field(sa_type=EXACT)
    """Name and company as they are searched: in lower case."""
    company_key: str = Field(sa_type=EXACT)


class ErasureRow(Row, table=True):
    """The receipt of a customer's erasure."""

    __tablename__ = "erasures"
    __table_args__ = (
        references("customer_id", "customers", "CASCADE"),
        unique("uq_erasures_customer", "customer_id"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    customer_id: UUID = Field(sa_type=Id)
    state: str = Field(sa_type=Text)
    erased: dict[str, int] = Field(sa_type=Document)
    requested_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(sa_type=Instant)


class CustomerWordRow(Row, table=True):
    """A word of a customer's name or company."""

    __tablename__ = "customer_words"
    __table_args__ = (
        references("customer_id", "customers", "CASCADE"),
        index("ix_customer_words_customer", "customer_id", "word"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    word: str = Field(sa_type=EXACT, primary_key=True)
    customer_id: UUID = Field(sa_type=Id, primary_key=True)


class CustomerContactRow(Row, table=True):
    """Whose a contact is; the customer's own row holds the same contacts in their order."""

    __tablename__ = "customer_contacts"
    __table_args__ = (
        references("customer_id", "customers", "CASCADE"),
        index("ix_customer_contacts_customer", "customer_id"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    kind: str = Field(sa_type=EXACT, primary_key=True)
    value: str = Field(sa_type=EXACT, primary_key=True)
    customer_id: UUID = Field(sa_type=Id)


class BlockedSenderRow(Row, table=True):
    __tablename__ = "blocked_senders"
    __table_args__ = (
        references("organization_id", "organizations"),
        unique("uq_blocked_senders_pattern", "organization_id", "pattern"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    pattern: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)


class IntegrationRow(Row, table=True):
    __tablename__ = "integrations"
    __table_args__ = (
        references("organization_id", "organizations"),
        unique("uq_integrations_account", "provider", "external_id"),
        index("ix_integrations_organization", "organization_id", "provider", "external_id"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    provider: str = Field(sa_type=EXACT)
    external_id: str = Field(sa_type=EXACT)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    settings: dict[str, str] = Field(sa_type=Document)
    sealed: dict[str, str] = Field(sa_type=Document)
    state: str = Field(sa_type=Text)
