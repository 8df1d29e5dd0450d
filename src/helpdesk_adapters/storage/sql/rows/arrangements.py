"""Rows of what organizations set up for themselves, of their articles and ratings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from helpdesk_adapters.storage.sql.rows.base import EXACT, PK, Row, index, references, unique
from helpdesk_adapters.storage.sql.types import Document, Id, Instant


class ArrangementRow(Row, table=True):
    """An arrangement of whatever kind; `body` holds the fields that only its kind has."""

    __tablename__ = "arrangements"
    __table_args__ = (
        references("organization_id", "organizations"),
        unique("uq_arrangements_name", "organization_id", "kind", "name_key"),
        unique("uq_arrangements_public_key", "kind", "public_key", where="public_key IS NOT NULL"),
        index("ix_arrangements_created", "organization_id", "kind", "created_at"),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    kind: str = Field(sa_type=EXACT)
    name: str = Field(sa_type=Text)
    name_key: str = Field(sa_type=EXACT)
    public_key: str | None = Field(sa_type=EXACT)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int
    body: dict[str, Any] = Field(sa_type=Document)


class ArticleRow(Row, table=True):
    __tablename__ = "articles"
    __table_args__ = (
        references("organization_id", "organizations"),
        index("ix_articles_created", "organization_id", "created_at"),
        index("ix_articles_updated", "organization_id", "updated_at"),
        unique("uq_articles_external_id", "organization_id", "external_id", where="external_id IS NOT NULL"),
    )
    pk: int = Field(sa_type=PK, primary_key=True)
    id: UUID = Field(sa_type=Id, unique=True)
    organization_id: UUID = Field(sa_type=Id)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int
    published: bool
    language: str | None = Field(sa_type=Text)
    section: str | None = Field(sa_type=Text)
    external_id: str | None = Field(sa_type=EXACT)
    title: str = Field(sa_type=Text)
    body_html: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    """Title and body as plain text: what is found by its words."""


class RatingRow(Row, table=True):
    """How content the customer is with one ticket."""

    __tablename__ = "satisfaction_ratings"
    __table_args__ = (
        references("ticket_id", "tickets", "CASCADE"),
        unique("uq_satisfaction_ratings_ticket", "ticket_id"),
        index("ix_satisfaction_ratings_created", "organization_id", "created_at"),
        index("ix_satisfaction_ratings_score", "organization_id", "score", "created_at"),
        index(
            "ix_satisfaction_ratings_assignee", "assignee_id", "created_at", where="assignee_id IS NOT NULL"
        ),
    )
    id: UUID = Field(sa_type=Id, primary_key=True)
    organization_id: UUID = Field(sa_type=Id)
    ticket_id: UUID = Field(sa_type=Id)
    customer_id: UUID = Field(sa_type=Id)
    assignee_id: UUID | None = Field(sa_type=Id)
    score: str = Field(sa_type=Text)
    comment: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    version: int
