"""Rows of what providers keep for organizations, of shops' orders and customers, and of what is being connected."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, EXACT, PK, Row, index, references, unique
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class RecordRow(Row, table=True):
    """One thing that a provider keeps, as it was last heard of; the fields of its kind are its body."""

    __tablename__ = "commerce_records"
    __table_args__ = (
        references("organization_id", "organizations"),
        unique("uq_commerce_records", "organization_id", "kind", "account", "external_id"),
        index("ix_commerce_records_created", "organization_id", "kind", "created_at"),
        index("ix_commerce_records_external", "external_id", "kind"),
        index("ix_commerce_records_account", "organization_id", "provider", "account"),
    )
    pk: int = Field(sa_type=PK, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    kind: str = Field(sa_type=EXACT)
    provider: str = Field(sa_type=EXACT)
    account: str = Field(sa_type=EXACT)
    external_id: str = Field(sa_type=EXACT)
    created_at: datetime = Field(sa_type=Instant)
    body: dict[str, Any] = Field(sa_type=Document)


class OrderRow(Row, table=True):
    __tablename__ = "orders"
    __table_args__ = (
        references("organization_id", "organizations"),
        unique("uq_orders_external_id", "organization_id", "provider", "account", "external_id"),
        index("ix_orders_created_at", "organization_id", "created_at", "provider"),
        index("ix_orders_updated_at", "organization_id", "updated_at", "provider"),
        index("ix_orders_customer_created_at", "customer_id", "created_at", where="customer_id IS NOT NULL"),
        index("ix_orders_customer_updated_at", "customer_id", "updated_at", where="customer_id IS NOT NULL"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    provider: str = Field(sa_type=EXACT)
    account: str = Field(sa_type=EXACT)
    external_id: str = Field(sa_type=EXACT)
    number: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    customer_id: UUID | None = Field(sa_type=Id)
    ticket_id: UUID | None = Field(sa_type=Id)
    currency: str | None = Field(sa_type=Text)
    total_price: str | None = Field(sa_type=Text)
    """As exact decimals are written."""
    financial_status: str | None = Field(sa_type=Text)
    fulfillment_status: str = Field(sa_type=Text)
    status: str | None = Field(sa_type=Text)
    version: int
    body: dict[str, Any] = Field(sa_type=Document)
    """Everything else."""


class ShopCustomerRow(Row, table=True):
    """Whom a shop's customer is here, and how new the word is by which they are known.

    Of one who was erased only that is left, so that a late word does not bring them back.
    """

    __tablename__ = "shop_customers"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_shop_customers_customer", "customer_id", where="customer_id IS NOT NULL"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    provider: str = Field(sa_type=EXACT, primary_key=True)
    account: str = Field(sa_type=EXACT, primary_key=True)
    external_id: str = Field(sa_type=EXACT, primary_key=True)
    customer_id: UUID | None = Field(sa_type=Id)
    told_at: datetime = Field(sa_type=Instant)
    erased_at: datetime | None = Field(sa_type=Instant)


class PrivacyRequestRow(Row, table=True):
    """What a shop asked for about the data of people, and what was done about it."""

    __tablename__ = "privacy_requests"
    __table_args__ = (
        references("organization_id", "organizations"),
        unique("uq_privacy_requests", "organization_id", "provider", "kind", "request_key"),
        index("ix_privacy_requests_created", "organization_id", "created_at", "state", "kind"),
        index("ix_privacy_requests_customer", "customer_id", where="customer_id IS NOT NULL"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    provider: str = Field(sa_type=EXACT)
    account: str = Field(sa_type=EXACT)
    kind: str = Field(sa_type=EXACT)
    request_key: str = Field(sa_type=EXACT)
    """What makes two requests the same; holds no address in clear."""
    state: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(sa_type=Instant)
    customer_id: UUID | None = Field(sa_type=Id)
    body: dict[str, Any] = Field(sa_type=Document)
    """Everything else."""


class InstallRow(Row, table=True):
    """An outside account that somebody is about to connect, until they come back from there."""

    __tablename__ = "installs"
    __table_args__ = (index("ix_installs_expires", "expires_at"), CLUSTERED)
    state_hash: str = Field(sa_type=EXACT, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    user_id: UUID = Field(sa_type=Id)
    session_hash: str = Field(sa_type=EXACT)
    provider: str = Field(sa_type=EXACT)
    target: str = Field(sa_type=Text)
    """What is being connected, where that is known before: a shop's domain, a marketplace."""
    expires_at: datetime = Field(sa_type=Instant)
