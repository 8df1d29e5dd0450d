"""Rows of tickets and their messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import CLUSTERED, PK, SORTS, Row, index, references, unique
from helpdesk_adapters.storage.sql.types import Document, Id, Instant, InstantOrNever

LISTED = "merged_into_id IS NULL"


class TicketRow(Row, table=True):
    __tablename__ = "tickets"
    __table_args__ = (
        references("organization_id", "organizations"),
        references("customer_id", "customers"),
        unique("uq_tickets_number", "organization_id", "number"),
        # Priority and channel come last: rows that have others are passed by in the index.
        *(
            index(f"ix_tickets_{by}", "organization_id", "status", by, "priority", "channel", where=LISTED)
            for by in SORTS
        ),
        *(
            index(f"ix_tickets_nobody_{by}", "organization_id", "status", by,
                   where=f"assignee_id IS NULL AND {LISTED}")
            for by in SORTS
        ),
        *(
            index(f"ix_tickets_assignee_{by}", "assignee_id", "status", by,
                   where=f"assignee_id IS NOT NULL AND {LISTED}")
            for by in SORTS
        ),
        *(
            index(f"ix_tickets_team_{by}", "team_id", "status", by, where=f"team_id IS NOT NULL AND {LISTED}")
            for by in SORTS
        ),
        *(
            index(f"ix_tickets_snoozed_{by}", "organization_id", "status", by,
                   where=f"snoozed_until IS NOT NULL AND {LISTED}")
            for by in SORTS
        ),
        *(index(f"ix_tickets_customer_{by}", "customer_id", by) for by in SORTS),
        index("ix_tickets_subject", "customer_id", "subject_key", "last_message_at", where="subject_key <> ''"),
        index("ix_tickets_followed", "organization_id", "id", where="followers <> '[]'"),
        index("ix_tickets_merged", "merged_into_id", where="merged_into_id IS NOT NULL"),
        index("ix_tickets_pointers", "id", where="merged_into_id IS NOT NULL"),
    )  # fmt: skip
    pk: int = Field(sa_type=PK, primary_key=True)
    id: UUID = Field(sa_type=Id, unique=True)
    organization_id: UUID = Field(sa_type=Id)
    number: int = Field(sa_type=BigInteger)
    customer_id: UUID = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    last_message_at: datetime | None = Field(sa_type=InstantOrNever, nullable=False)
    status: str = Field(sa_type=Text)
    priority: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)
    assignee_id: UUID | None = Field(sa_type=Id)
    team_id: UUID | None = Field(sa_type=Id)
    merged_into_id: UUID | None = Field(sa_type=Id)
    follows_id: UUID | None = Field(sa_type=Id)
    message_count: int
    version: int
    kept_apart: bool
    split_from_id: UUID | None = Field(sa_type=Id)
    snoozed_until: datetime | None = Field(sa_type=Instant)
    sla_policy_id: UUID | None = Field(sa_type=Id)
    first_response_due_at: datetime | None = Field(sa_type=Instant)
    resolution_due_at: datetime | None = Field(sa_type=Instant)
    sla_breached_at: datetime | None = Field(sa_type=Instant)
    sla_breaches: list[str] | None = Field(sa_type=Document)
    sla_pauses: list[Any] | None = Field(sa_type=Document)
    followers: list[str] = Field(sa_type=Document)
    language: str | None = Field(sa_type=Text)
    first_response_at: datetime | None = Field(sa_type=Instant)
    resolved_at: datetime | None = Field(sa_type=Instant)
    closed_at: datetime | None = Field(sa_type=Instant)
    subject: str = Field(sa_type=Text)
    subject_key: str = Field(sa_type=Text)
    tags: list[str] = Field(sa_type=Document)
    custom_fields: dict[str, Any] = Field(sa_type=Document)
    meta: dict[str, Any] = Field(sa_type=Document)


class TicketTagRow(Row, table=True):
    """A ticket under one of its tags, with what lists are sorted by; the ticket's own row holds its tags in order."""

    __tablename__ = "ticket_tags"
    __table_args__ = (
        references("ticket_id", "tickets", "CASCADE"),
        *(index(f"ix_ticket_tags_{by}", "organization_id", "tag", by) for by in SORTS),
        CLUSTERED,
    )
    ticket_id: UUID = Field(sa_type=Id, primary_key=True)
    tag: str = Field(sa_type=Text, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    last_message_at: datetime | None = Field(sa_type=InstantOrNever, nullable=False)
    number: int = Field(sa_type=BigInteger)


class TicketParticipantRow(Row, table=True):
    """Who takes part in a ticket besides its customer."""

    __tablename__ = "ticket_participants"
    __table_args__ = (
        references("ticket_id", "tickets", "CASCADE"),
        index("ix_ticket_participants_customer", "customer_id"),
        CLUSTERED,
    )
    ticket_id: UUID = Field(sa_type=Id, primary_key=True)
    customer_id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)


class MessageMentionRow(Row, table=True):
    """That messages of a ticket quote a message id."""

    __tablename__ = "message_mentions"
    __table_args__ = (
        references("ticket_id", "tickets", "CASCADE"),
        index("ix_message_mentions_ticket", "ticket_id"),
        CLUSTERED,
    )
    organization_id: UUID = Field(sa_type=Id, primary_key=True)
    message_id: str = Field(sa_type=Text, primary_key=True)
    ticket_id: UUID = Field(sa_type=Id, primary_key=True)


class ConversationRow(Row, table=True):
    __tablename__ = "conversations"
    __table_args__ = (
        references("ticket_id", "tickets", "CASCADE"),
        index("ix_conversations_ticket", "ticket_id", "created_at"),
        index("ix_conversations_customer", "author_id", "created_at", where="author_type = 'customer'"),
        unique(
            "uq_conversations_message_id", "organization_id", "message_id", where="message_id IS NOT NULL"
        ),
        unique(
            "uq_conversations_external_id",
            "organization_id",
            "channel",
            "external_id",
            where="external_id IS NOT NULL",
        ),
    )
    pk: int = Field(sa_type=PK, primary_key=True)
    id: UUID = Field(sa_type=Id, unique=True)
    organization_id: UUID = Field(sa_type=Id)
    ticket_id: UUID = Field(sa_type=Id)
    kind: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    author_type: str = Field(sa_type=Text)
    author_id: UUID | None = Field(sa_type=Id)
    author_name: str = Field(sa_type=Text)
    author_role: str = Field(sa_type=Text)
    author_avatar_url: str | None = Field(sa_type=Text)
    language: str | None = Field(sa_type=Text)
    origin_ticket_id: UUID | None = Field(sa_type=Id)
    redacted_at: datetime | None = Field(sa_type=Instant)
    translation: dict[str, Any] | None = Field(sa_type=Document)
    delivery_state: str | None = Field(sa_type=Text)
    delivery_detail: str | None = Field(sa_type=Text)
    message_id: str | None = Field(sa_type=Text)
    external_id: str | None = Field(sa_type=Text)
    mail: dict[str, Any] = Field(sa_type=Document)
    """The other headers, those that are empty left out."""
    attachment_ids: list[str] = Field(sa_type=Document)
    warnings: list[str] = Field(sa_type=Document)
    meta: dict[str, Any] = Field(sa_type=Document)
    raw_id: UUID | None = Field(sa_type=Id)
    new_text: str | None = Field(sa_type=Text)
    new_html: str | None = Field(sa_type=Text)
    content_text: str = Field(sa_type=Text)
    content_html: str = Field(sa_type=Text)
    content: dict[str, Any] = Field(sa_type=Document)


class AttachmentRow(Row, table=True):
    __tablename__ = "attachments"
    __table_args__ = (
        references("ticket_id", "tickets", "CASCADE"),
        index("ix_attachments_ticket", "ticket_id", where="ticket_id IS NOT NULL"),
        index("ix_attachments_digest", "organization_id", "digest", where="digest IS NOT NULL"),
        index("ix_attachments_loose", "created_at", where="conversation_id IS NULL AND ticket_id IS NULL"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    filename: str = Field(sa_type=Text)
    content_type: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=Instant)
    digest: str | None = Field(sa_type=Text)
    ticket_id: UUID | None = Field(sa_type=Id)
    conversation_id: UUID | None = Field(sa_type=Id)
    content_id: str | None = Field(sa_type=Text)
    inline: bool
    state: str = Field(sa_type=Text)
    detail: str | None = Field(sa_type=Text)
    external_id: str | None = Field(sa_type=Text)
    origin: dict[str, Any] | None = Field(sa_type=Document)
    """Where a file that is still to be fetched is to be had."""
