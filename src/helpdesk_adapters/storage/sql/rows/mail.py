"""Rows of mail that waits for a decision, of addresses that nothing is sent to, and of budgets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, EXACT, Row, index, references, unique
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class QuarantinedMailRow(Row, table=True):
    """A mail that somebody has to look at before it becomes a ticket."""

    __tablename__ = "quarantined_mails"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_quarantined_mails_held", "organization_id", "state", "held_at"),
        index("ix_quarantined_mails_sender", "organization_id", "sender", "held_at"),
        index("ix_quarantined_mails_external", "organization_id", "external_id", where="external_id IS NOT NULL"),
        index("ix_quarantined_mails_message", "organization_id", "message_id", where="message_id IS NOT NULL"),
        index("ix_quarantined_mails_all", "organization_id", "held_at"),
        index("ix_quarantined_mails_age", "held_at"),
        index("ix_quarantined_mails_state", "state"),
    )  # fmt: skip
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    state: str = Field(sa_type=Text)
    held_at: datetime = Field(sa_type=Instant)
    settled_at: datetime | None = Field(sa_type=Instant)
    sender: str = Field(sa_type=EXACT)
    subject: str = Field(sa_type=Text)
    external_id: str | None = Field(sa_type=EXACT)
    message_id: str | None = Field(sa_type=EXACT)
    reasons: list[str] = Field(sa_type=Document)
    ticket_id: UUID | None = Field(sa_type=Id)
    conversation_id: UUID | None = Field(sa_type=Id)
    version: int
    command: dict[str, Any] | None = Field(sa_type=Document)
    """The mail as it is to be taken in, until that is decided."""


class QuarantinedFileRow(Row, table=True):
    """A file that a held mail needs, so that its bytes stay."""

    __tablename__ = "quarantined_files"
    __table_args__ = (
        references("mail_id", "quarantined_mails"),
        index("ix_quarantined_files_mail", "mail_id"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    digest: str = Field(sa_type=EXACT, primary_key=True)
    mail_id: UUID = Field(sa_type=Id, primary_key=True)


class SuppressedAddressRow(Row, table=True):
    """An address that nothing is sent to any more."""

    __tablename__ = "suppressed_addresses"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_suppressed_addresses_since", "organization_id", "since"),
        unique("uq_suppressed_addresses_id", "id"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    address: str = Field(sa_type=EXACT, primary_key=True)
    """As `Address.key` has it."""
    id: UUID = Field(sa_type=Id)
    reason: str = Field(sa_type=Text)
    detail: str = Field(sa_type=Text)
    since: datetime = Field(sa_type=Instant)
    conversation_id: UUID | None = Field(sa_type=Id)


class BudgetRow(Row, table=True):
    """How much of something may still be done in an organization, as of a moment: it fills up again with time."""

    __tablename__ = "budgets"
    __table_args__ = (index("ix_budgets_at", "at"), CLUSTERED)
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    name: str = Field(sa_type=EXACT, primary_key=True)
    remaining: float = Field(sa_type=Float)
    at: datetime = Field(sa_type=Instant)
