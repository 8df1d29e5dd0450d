"""Rows of conversations at providers, and of what is known of single messages there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, EXACT, Row, index, references
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class CorrespondenceRow(Row, table=True):
    """A conversation at a provider, tied to the ticket in which it goes on."""

    __tablename__ = "correspondences"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_correspondences_ticket", "ticket_id", where="ticket_id IS NOT NULL"),
        index("ix_correspondences_customer", "customer_id", where="customer_id IS NOT NULL"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    channel: str = Field(sa_type=Text, primary_key=True)
    account: str = Field(sa_type=EXACT, primary_key=True)
    thread: str = Field(sa_type=EXACT, primary_key=True)
    customer_id: UUID | None = Field(sa_type=Id)
    ticket_id: UUID | None = Field(sa_type=Id)
    body: dict[str, Any] = Field(sa_type=Document)
    """What is true of it as a whole."""


class ProviderMessageRow(Row, table=True):
    """What is known of a message by its provider's id, apart from the message."""

    __tablename__ = "provider_messages"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_provider_messages_told_at", "told_at"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    channel: str = Field(sa_type=Text, primary_key=True)
    account: str = Field(sa_type=EXACT, primary_key=True)
    external_id: str = Field(sa_type=EXACT, primary_key=True)
    conversation_id: UUID | None = Field(sa_type=Id)
    told_at: datetime = Field(sa_type=Instant)
    body: dict[str, Any] = Field(sa_type=Document)
    """What was told of it before it came itself."""
